/** A trained model teaches one of half as many layers, on texts without labels. Run with `npx tsx` after a build. */
import { loadModel } from '@polyhead/model';
import { distillModel, SetFitTrainer } from '@polyhead/training';
import { readIntents } from '../read-intents.ts';

const [output = 'distilled-model'] = process.argv.slice(2);
const teacherFolder = `${output}-teacher`;
const test = await readIntents('test');
const { texts } = await readIntents('train', { first: 8 });

/** Share of the test texts that a model gets right. */
async function measure(folder: string): Promise<number> {
  const model = await loadModel(folder);
  const predictions = await model.predict(test.texts);
  await model.release();
  const { targets } = test;
  const right = predictions.filter(({ heads }, row) => {
    const answer = heads['intent'];
    return (
      targets.task === 'single-label' &&
      answer?.task === 'single-label' &&
      answer.label === targets.labels[targets.classIndices[row] ?? -1]
    );
  });
  return right.length / predictions.length;
}

const trainer = new SetFitTrainer({ embedding: { steps: 8 } });
await trainer.train({ intent: { train: await readIntents('train', { count: 8 }) } }, { output: teacherFolder });
const teacher = await loadModel(teacherFolder);
const { report } = await distillModel({ teacher, texts, layers: 3, embedding: { epochs: 4 }, output });
await teacher.release();

// How far the student's similarities of two texts are from its teacher's: the mean of their squared differences.
const steps = report.training?.steps ?? [];
console.log(`difference from the teacher at first: ${steps[0]?.figures['loss']}`);
console.log(`difference from the teacher at last: ${steps.at(-1)?.figures['loss']}`);
console.log(`student agrees with its teacher: ${Number(report.heads['intent']?.validation?.['accuracy'])}`);
console.log(`accuracy of the teacher, 6 layers: ${await measure(teacherFolder)}`);
console.log(`accuracy of the student, 3 layers: ${await measure(output)}`);
