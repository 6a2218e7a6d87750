//go:build tools

// The module exists to build KEDA's operator, unmodified, at the versions that go.mod names.
package keda

import _ "github.com/kedacore/keda/v2/cmd/operator"
