import { readFileSync, appendFileSync } from 'node:fs';
import { loadTrainableEncoder } from '@polyhead/backbone';
import { finetune } from './src/finetune/finetune.ts';
const set = process.argv[2] ?? 'banking77'; const seed = Number(process.argv[3] ?? 0);
const read=(f:string)=>readFileSync(`/work/shared/data/${set}/${f}.jsonl`,'utf8').trim().split('\n').map(l=>JSON.parse(l) as {text:string;label:string;labels:string[]});
const train=read('train'), test=read('test');
const labels=[...new Set(train.map(r=>r.label))].sort(); const idx=(r:{label:string})=>labels.indexOf(r.label);
const enc = await loadTrainableEncoder('minilm',{maximumLength:128, threads:2});
const t0=Date.now(); let last=0;
const res = await finetune({ encoder: enc, seed, settings:{learningRate:1e-4, epochs:5, batchSize:32}, train:{texts:train.map(r=>r.text), heads:{intent:{targets:{task:'single-label',labels,classIndices:Int32Array.from(train,idx)}}}},
 checkpoints: { directory: `/tmp/runs/${set}-${seed}`, resume: false } as never,
 onProgress:(p)=>{ if(Date.now()-last>20000){last=Date.now(); appendFileSync(`/tmp/runs/${set}-${seed}.log`, JSON.stringify({s:(Date.now()-t0)/1000,...p})+'\n');} } });
const tok=await enc.tokenize(test.map(r=>r.text)); const e=await enc.encode(tok); const lg=res.heads['intent']!.logits(e);
let ok=0; for(let i=0;i<test.length;i++){ const r=lg.data.subarray(i*labels.length,(i+1)*labels.length); let b=0; for(let j=1;j<r.length;j++) if(r[j]!>r[b]!) b=j; if(b===idx(test[i]!)) ok++; }
appendFileSync(`/tmp/runs/${set}-${seed}.log`, `ACC ${ok/test.length} seconds ${(Date.now()-t0)/1000} steps ${res.steps}\n`);
await enc.release();
