/** Decides when training has come to its end. */
export interface EarlyStopping {
  /** Takes the loss of the next epoch; true if training should end after it. */
  shouldStop(loss: number): boolean;
}

/** Share by which a loss must fall to count as better. */
const smallestImprovement = 1e-3;

/** Ends training after `patience` epochs in a row in which the loss did not fall by a thousandth; 0 never ends it. */
export function createEarlyStopping(patience: number): EarlyStopping {
  let reference = Infinity;
  let waited = 0;
  return {
    shouldStop(loss) {
      if (loss < reference * (1 - smallestImprovement)) {
        reference = loss;
        waited = 0;
      } else {
        waited += 1;
      }
      return patience > 0 && waited >= patience;
    },
  };
}
