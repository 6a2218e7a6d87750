/** What is said of work that nobody takes, and what to do: the gateway says it of a job, training of a pool's whole queue. */
export function nobodyTakes(pool: string): string {
  return `no worker has taken work of the pool ${pool} yet: start a process with ${pool} in TRAINING_SLOTS; on Kubernetes see why its pods do not run (kubectl get pods, kubectl describe pod)`;
}
