;; What training does to flat float32 arrays: sums of gradients, their squares, and the updates of AdamW and SGD.
;;
;; All addresses are in bytes, of any alignment. Every function goes on until $end, the end of its first array, four numbers
;; at a time: the last block may reach up to three numbers beyond it, so there must be room behind every array.
;; Each result depends on the numbers at its own index alone, so where an array is cut changes nothing.
(module
  (import "from" "memory" (memory 0 65536 shared))

  ;; target += source
  (func (export "add") (param $target i32) (param $end i32) (param $source i32)
    (if (i32.ge_u (local.get $target) (local.get $end)) (then (return)))
    (loop $next
      (v128.store (local.get $target)
        (f32x4.add (v128.load (local.get $target)) (v128.load (local.get $source))))
      (local.set $source (i32.add (local.get $source) (i32.const 16)))
      (br_if $next
        (i32.lt_u (local.tee $target (i32.add (local.get $target) (i32.const 16))) (local.get $end)))))

  ;; The sum of squares in float64: every second number is added to one of two sums of two numbers each.
  (func (export "squares") (param $source i32) (param $end i32) (result f64)
    (local $x v128) (local $low v128) (local $high v128) (local $y v128)
    (if (i32.lt_u (local.get $source) (local.get $end)) (then
      (loop $next
        (local.set $x (v128.load (local.get $source)))
        (local.set $y (f64x2.promote_low_f32x4 (local.get $x)))
        (local.set $low (f64x2.add (local.get $low) (f64x2.mul (local.get $y) (local.get $y))))
        (local.set $y (f64x2.promote_low_f32x4
          (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $x) (local.get $x))))
        (local.set $high (f64x2.add (local.get $high) (f64x2.mul (local.get $y) (local.get $y))))
        (br_if $next
          (i32.lt_u (local.tee $source (i32.add (local.get $source) (i32.const 16))) (local.get $end))))))
    (local.set $x (f64x2.add (local.get $low) (local.get $high)))
    (f64.add (f64x2.extract_lane 0 (local.get $x)) (f64x2.extract_lane 1 (local.get $x))))

  ;; g = scale * gradient
  ;; m += rest1 * (g - m), and 0 where that falls below smallest: numbers below 1e-38 slow processors down a hundredfold
  ;; v = beta2 * v + rest2 * g * g
  ;; p -= decay * p + step * m / (sqrt(v) + epsilon), where step and epsilon contain the bias corrections
  (func (export "adamW")
    (param $p i32) (param $end i32) (param $g i32) (param $m i32) (param $v i32)
    (param $scale f32) (param $rest1 f32) (param $beta2 f32) (param $rest2 f32)
    (param $decay f32) (param $step f32) (param $epsilon f32) (param $smallest f32)
    (local $parameter v128) (local $gradient v128) (local $mean v128) (local $square v128)
    (local $scales v128) (local $rests1 v128) (local $betas2 v128) (local $rests2 v128)
    (local $decays v128) (local $steps v128) (local $epsilons v128) (local $smallests v128)
    (local.set $scales (f32x4.splat (local.get $scale)))
    (local.set $rests1 (f32x4.splat (local.get $rest1)))
    (local.set $betas2 (f32x4.splat (local.get $beta2)))
    (local.set $rests2 (f32x4.splat (local.get $rest2)))
    (local.set $decays (f32x4.splat (local.get $decay)))
    (local.set $steps (f32x4.splat (local.get $step)))
    (local.set $epsilons (f32x4.splat (local.get $epsilon)))
    (local.set $smallests (f32x4.splat (local.get $smallest)))
    (if (i32.ge_u (local.get $p) (local.get $end)) (then (return)))
    (loop $next
      (local.set $gradient (f32x4.mul (v128.load (local.get $g)) (local.get $scales)))
      (local.set $mean (v128.load (local.get $m)))
      (local.set $mean
        (f32x4.add (local.get $mean)
          (f32x4.mul (local.get $rests1) (f32x4.sub (local.get $gradient) (local.get $mean)))))
      (local.set $mean
        (v128.andnot (local.get $mean) (f32x4.lt (f32x4.abs (local.get $mean)) (local.get $smallests))))
      (v128.store (local.get $m) (local.get $mean))
      (local.set $square
        (f32x4.add
          (f32x4.mul (local.get $betas2) (v128.load (local.get $v)))
          (f32x4.mul (local.get $rests2) (f32x4.mul (local.get $gradient) (local.get $gradient)))))
      (v128.store (local.get $v) (local.get $square))
      (local.set $parameter (v128.load (local.get $p)))
      (v128.store (local.get $p)
        (f32x4.sub (local.get $parameter)
          (f32x4.add
            (f32x4.mul (local.get $decays) (local.get $parameter))
            (f32x4.div
              (f32x4.mul (local.get $steps) (local.get $mean))
              (f32x4.add (f32x4.sqrt (local.get $square)) (local.get $epsilons))))))
      (local.set $g (i32.add (local.get $g) (i32.const 16)))
      (local.set $m (i32.add (local.get $m) (i32.const 16)))
      (local.set $v (i32.add (local.get $v) (i32.const 16)))
      (br_if $next (i32.lt_u (local.tee $p (i32.add (local.get $p) (i32.const 16))) (local.get $end)))))

  ;; p -= rate * (scale * gradient + decay * p)
  (func (export "sgd")
    (param $p i32) (param $end i32) (param $g i32) (param $scale f32) (param $decay f32) (param $rate f32)
    (local $parameter v128) (local $scales v128) (local $decays v128) (local $rates v128)
    (local.set $scales (f32x4.splat (local.get $scale)))
    (local.set $decays (f32x4.splat (local.get $decay)))
    (local.set $rates (f32x4.splat (local.get $rate)))
    (if (i32.ge_u (local.get $p) (local.get $end)) (then (return)))
    (loop $next
      (local.set $parameter (v128.load (local.get $p)))
      (v128.store (local.get $p)
        (f32x4.sub (local.get $parameter)
          (f32x4.mul (local.get $rates)
            (f32x4.add
              (f32x4.mul (v128.load (local.get $g)) (local.get $scales))
              (f32x4.mul (local.get $decays) (local.get $parameter))))))
      (local.set $g (i32.add (local.get $g) (i32.const 16)))
      (br_if $next (i32.lt_u (local.tee $p (i32.add (local.get $p) (i32.const 16))) (local.get $end)))))

  ;; g = scale * gradient + decay * p
  ;; v = momentum * v + g
  ;; p -= rate * (g + momentum * v) if nesterov is all ones, rate * v if it is 0
  (func (export "sgdWithMomentum")
    (param $p i32) (param $end i32) (param $g i32) (param $v i32)
    (param $scale f32) (param $decay f32) (param $rate f32) (param $momentum f32) (param $nesterov i32)
    (local $parameter v128) (local $gradient v128) (local $velocity v128)
    (local $scales v128) (local $decays v128) (local $momenta v128) (local $rates v128) (local $mask v128)
    (local.set $scales (f32x4.splat (local.get $scale)))
    (local.set $decays (f32x4.splat (local.get $decay)))
    (local.set $momenta (f32x4.splat (local.get $momentum)))
    (local.set $rates (f32x4.splat (local.get $rate)))
    (local.set $mask (i32x4.splat (local.get $nesterov)))
    (if (i32.ge_u (local.get $p) (local.get $end)) (then (return)))
    (loop $next
      (local.set $parameter (v128.load (local.get $p)))
      (local.set $gradient
        (f32x4.add
          (f32x4.mul (v128.load (local.get $g)) (local.get $scales))
          (f32x4.mul (local.get $decays) (local.get $parameter))))
      (local.set $velocity
        (f32x4.add (f32x4.mul (local.get $momenta) (v128.load (local.get $v))) (local.get $gradient)))
      (v128.store (local.get $v) (local.get $velocity))
      (v128.store (local.get $p)
        (f32x4.sub (local.get $parameter)
          (f32x4.mul (local.get $rates)
            (v128.bitselect
              (f32x4.add (local.get $gradient) (f32x4.mul (local.get $momenta) (local.get $velocity)))
              (local.get $velocity)
              (local.get $mask)))))
      (local.set $g (i32.add (local.get $g) (i32.const 16)))
      (local.set $v (i32.add (local.get $v) (i32.const 16)))
      (br_if $next (i32.lt_u (local.tee $p (i32.add (local.get $p) (i32.const 16))) (local.get $end))))))
