;; Numbers of a dropout mask, from a counter: every number depends on its place and two keys alone.
;;
;; The place is multiplied and xor-shifted three times (as in MurmurHash3's finalizer), with a key going in before the first
;; and the second round, so that masks of other keys are not the same sequence from another place on.
(module
  (memory (export "memory") 0)

  ;; Writes kept, or 0 where the hash of the place is below $threshold (unsigned), from $target to $end in steps of 16 bytes.
  (func (export "fillMask")
    (param $target i32) (param $end i32) (param $place i32) (param $key1 i32) (param $key2 i32)
    (param $threshold i32) (param $kept f32)
    (local $places v128) (local $x v128) (local $keys1 v128) (local $keys2 v128)
    (local $thresholds v128) (local $values v128)
    (local.set $places (i32x4.add (i32x4.splat (local.get $place)) (v128.const i32x4 0 1 2 3)))
    (local.set $keys1 (i32x4.splat (local.get $key1)))
    (local.set $keys2 (i32x4.splat (local.get $key2)))
    ;; Comparisons are signed, so both sides get their highest bit turned.
    (local.set $thresholds (i32x4.splat (i32.xor (local.get $threshold) (i32.const 0x80000000))))
    (local.set $values (f32x4.splat (local.get $kept)))
    (if (i32.ge_u (local.get $target) (local.get $end)) (then (return)))
    (loop $next
      (local.set $x (v128.xor (local.get $places) (local.get $keys1)))
      (local.set $x (v128.xor (local.get $x) (i32x4.shr_u (local.get $x) (i32.const 16))))
      (local.set $x (i32x4.mul (local.get $x) (v128.const i32x4 0x85ebca6b 0x85ebca6b 0x85ebca6b 0x85ebca6b)))
      (local.set $x (i32x4.add (local.get $x) (local.get $keys2)))
      (local.set $x (v128.xor (local.get $x) (i32x4.shr_u (local.get $x) (i32.const 13))))
      (local.set $x (i32x4.mul (local.get $x) (v128.const i32x4 0xc2b2ae35 0xc2b2ae35 0xc2b2ae35 0xc2b2ae35)))
      (local.set $x (v128.xor (local.get $x) (i32x4.shr_u (local.get $x) (i32.const 16))))
      (local.set $x (i32x4.mul (local.get $x) (v128.const i32x4 0x9e3779b1 0x9e3779b1 0x9e3779b1 0x9e3779b1)))
      (local.set $x (v128.xor (local.get $x) (i32x4.shr_u (local.get $x) (i32.const 15))))
      (local.set $x (v128.xor (local.get $x) (v128.const i32x4 0x80000000 0x80000000 0x80000000 0x80000000)))
      (v128.store (local.get $target)
        (v128.andnot (local.get $values) (i32x4.lt_s (local.get $x) (local.get $thresholds))))
      (local.set $places (i32x4.add (local.get $places) (v128.const i32x4 4 4 4 4)))
      (br_if $next
        (i32.lt_u (local.tee $target (i32.add (local.get $target) (i32.const 16))) (local.get $end))))))
