//! Outlines: of boxes, bars and the marks of charts.

/// A step of a pen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    Move(f32, f32),
    Line(f32, f32),
    Curve([f32; 6]),
    Close,
}

/// An outline.
pub(super) type Outline = Vec<Step>;

/// How far a curve's handle is from its end, for a quarter of a circle of radius one.
const QUARTER: f32 = 0.552_285;

/// A box with rounded corners where `radius` is above nought.
pub(super) fn rectangle(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Outline {
    let (right, bottom) = (x + width, y + height);
    let r = radius.min(width / 2.0).min(height / 2.0);
    if r <= 0.0 {
        return vec![
            Step::Move(x, y),
            Step::Line(right, y),
            Step::Line(right, bottom),
            Step::Line(x, bottom),
            Step::Close,
        ];
    }
    let k = r * (1.0 - QUARTER);
    vec![
        Step::Move(x + r, y),
        Step::Line(right - r, y),
        Step::Curve([right - k, y, right, y + k, right, y + r]),
        Step::Line(right, bottom - r),
        Step::Curve([right, bottom - k, right - k, bottom, right - r, bottom]),
        Step::Line(x + r, bottom),
        Step::Curve([x + k, bottom, x, bottom - k, x, bottom - r]),
        Step::Line(x, y + r),
        Step::Curve([x, y + k, x + k, y, x + r, y]),
        Step::Close,
    ]
}

/// An ellipse around a middle.
pub(super) fn ellipse(x: f32, y: f32, rx: f32, ry: f32) -> Outline {
    let (kx, ky) = (rx * QUARTER, ry * QUARTER);
    vec![
        Step::Move(x + rx, y),
        Step::Curve([x + rx, y + ky, x + kx, y + ry, x, y + ry]),
        Step::Curve([x - kx, y + ry, x - rx, y + ky, x - rx, y]),
        Step::Curve([x - rx, y - ky, x - kx, y - ry, x, y - ry]),
        Step::Curve([x + kx, y - ry, x + rx, y - ky, x + rx, y]),
        Step::Close,
    ]
}

/// A line from point to point.
pub(super) fn polyline(points: &[(f32, f32)], closed: bool) -> Outline {
    let mut steps: Outline = Vec::new();
    for (place, &(x, y)) in points.iter().enumerate() {
        steps.push(if place == 0 { Step::Move(x, y) } else { Step::Line(x, y) });
    }
    if closed && !steps.is_empty() {
        steps.push(Step::Close);
    }
    steps
}

/// The `d` of an SVG path, as far as charts use it: lines and cubic curves. `None` for anything else.
pub(super) fn from_svg(d: &str) -> Option<Outline> {
    let mut steps = Vec::new();
    let (mut at, mut start) = ((0.0_f32, 0.0_f32), (0.0_f32, 0.0_f32));
    for (command, numbers) in commands(d)? {
        let relative = command.is_ascii_lowercase();
        let base = |at: (f32, f32)| if relative { at } else { (0.0, 0.0) };
        let taken = match command.to_ascii_uppercase() {
            'M' | 'L' => 2,
            'H' | 'V' => 1,
            'C' => 6,
            'Z' => {
                steps.push(Step::Close);
                at = start;
                continue;
            }
            _ => return None,
        };
        if numbers.is_empty() || numbers.len() % taken != 0 {
            return None;
        }
        for (place, group) in numbers.chunks(taken).enumerate() {
            let (dx, dy) = base(at);
            match (command.to_ascii_uppercase(), group) {
                ('M', &[x, y]) if place == 0 => {
                    at = (x + dx, y + dy);
                    start = at;
                    steps.push(Step::Move(at.0, at.1));
                }
                ('M' | 'L', &[x, y]) => {
                    at = (x + dx, y + dy);
                    steps.push(Step::Line(at.0, at.1));
                }
                ('H', &[x]) => {
                    at.0 = x + dx;
                    steps.push(Step::Line(at.0, at.1));
                }
                ('V', &[y]) => {
                    at.1 = y + dy;
                    steps.push(Step::Line(at.0, at.1));
                }
                ('C', &[a, b, c, d, x, y]) => {
                    steps.push(Step::Curve([a + dx, b + dy, c + dx, d + dy, x + dx, y + dy]));
                    at = (x + dx, y + dy);
                }
                _ => return None,
            }
        }
    }
    Some(steps)
}

/// Each command with its numbers.
fn commands(d: &str) -> Option<Vec<(char, Vec<f32>)>> {
    let mut commands: Vec<(char, Vec<f32>)> = Vec::new();
    let mut number = String::new();
    let finish = |number: &mut String, commands: &mut Vec<(char, Vec<f32>)>| -> Option<()> {
        if !number.is_empty() {
            commands.last_mut()?.1.push(number.parse().ok()?);
            number.clear();
        }
        Some(())
    };
    for letter in d.chars() {
        match letter {
            '0'..='9' | '.' => number.push(letter),
            '-' => {
                finish(&mut number, &mut commands)?;
                number.push('-');
            }
            ',' | ' ' => finish(&mut number, &mut commands)?,
            letter if letter.is_ascii_alphabetic() => {
                finish(&mut number, &mut commands)?;
                commands.push((letter, Vec::new()));
            }
            _ => return None,
        }
    }
    finish(&mut number, &mut commands)?;
    Some(commands)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_of_the_flow_is_followed_point_by_point() {
        let steps = from_svg("M10 5h20m-7 -5l7 5l-7 5").expect("lines only");
        let wanted = [(10.0, 5.0), (30.0, 5.0), (23.0, 0.0), (30.0, 5.0), (23.0, 10.0)];
        let points: Vec<(f32, f32)> = steps
            .iter()
            .filter_map(|step| match *step {
                Step::Move(x, y) | Step::Line(x, y) => Some((x, y)),
                _ => None,
            })
            .collect();
        assert_eq!(points, wanted);
    }

    #[test]
    fn what_is_not_drawn_is_not_guessed() {
        assert_eq!(from_svg("M0 0A5 5 0 0 1 10 10"), None);
        assert_eq!(from_svg("M0"), None);
        assert_eq!(from_svg("M0 0L1,2,3"), None);
    }
}
