import { exp4 } from '../transcendental';

function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

function tanh4(x: v128): v128 {
  const two = f32x4.splat(2);
  return f32x4.sub(f32x4.mul(two, sigmoid4(f32x4.mul(two, x))), f32x4.splat(1));
}

/** `to` = sigmoid(`from`) for n f32; up to three more are written to fill four. */
export function sigmoidAll(from: usize, to: usize, n: i32): void {
  for (let i = 0; i < n; i += 4, from += 16, to += 16) v128.store(to, sigmoid4(v128.load(from)));
}

/** `to` = tanh(`from`), as sigmoidAll. */
export function tanhAll(from: usize, to: usize, n: i32): void {
  for (let i = 0; i < n; i += 4, from += 16, to += 16) v128.store(to, tanh4(v128.load(from)));
}

/** `to` = exp(`from`), as sigmoidAll. */
export function expAll(from: usize, to: usize, n: i32): void {
  for (let i = 0; i < n; i += 4, from += 16, to += 16) v128.store(to, exp4(v128.load(from)));
}

/** `to` = a + b for n f32, as sigmoidAll. */
export function addAll(a: usize, b: usize, to: usize, n: i32): void {
  for (let i = 0; i < n; i += 4, a += 16, b += 16, to += 16) v128.store(to, f32x4.add(v128.load(a), v128.load(b)));
}
