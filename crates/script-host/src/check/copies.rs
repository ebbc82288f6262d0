//! Closures that do not see what they seem to: those that run in parallel have copies of the variables around them, and
//! those that are made in a loop share its variable.

use std::collections::{HashMap, HashSet};

use rhai::{ASTNode, Expr, ImmutableString, Position, Stmt};

use super::declared::captures;
use super::walk::Walk;

/// Functions that run closures on threads of their own.
const PARALLEL: [&str; 2] = ["parallel", "parallel_map"];

/// Methods that put something into their receiver or take it out.
const CHANGING: [&str; 10] =
    ["append", "clear", "insert", "mixin", "pop", "push", "remove", "set", "shift", "truncate"];

/// Methods that keep what they are given.
const KEEPING: [&str; 3] = ["insert", "push", "set"];

/// How a closure uses a variable that it captured.
#[derive(Default)]
struct Use {
    /// Where it is changed first.
    changed: Option<Position>,
    /// Whether a change takes up what was there before.
    adds: bool,
    /// In how many places it is named: where it is changed, where it is asked something, such as `seen.contains(x)`, and
    /// where it is passed on.
    named: usize,
    changes: usize,
    questions: usize,
}

impl Walk<'_> {
    /// Warns where a closure that runs in parallel changes a variable that is around it, and nobody sees that.
    pub(super) fn changed_copies(&mut self) {
        let mut closures: HashMap<String, (usize, Position)> = HashMap::new();
        self.unit.walk(|path, _| match path.last() {
            Some(
                ASTNode::Expr(Expr::MethodCall(call, at) | Expr::FnCall(call, at))
                | ASTNode::Stmt(Stmt::FnCall(call, at)),
            ) if PARALLEL.contains(&call.name.as_str()) => {
                call.args.iter().for_each(|argument| add_closures(argument, *at, &mut closures));
            }
            _ => {}
        });
        if closures.is_empty() {
            return;
        }
        let mut read: HashMap<ImmutableString, Vec<Position>> = HashMap::new();
        self.unit.walk(|path, _| {
            if let Some(ASTNode::Expr(Expr::Variable(name, _, at))) = path.last() {
                read.entry(name.1.clone()).or_default().push(*at);
            }
        });
        let mut found = Vec::new();
        for (function, body) in self.unit.ast.iter_fn_def().zip(self.unit.bodies()) {
            let Some((count, call)) = closures.get(function.name.as_str()) else { continue };
            let captured = &function.params[..(*count).min(function.params.len())];
            let (mut uses, mut last) = (HashMap::<ImmutableString, Use>::new(), *call);
            let mut own: HashSet<ImmutableString> = HashSet::new();
            body.walk(&mut |path: &[ASTNode<'_>]| {
                match path.last() {
                    Some(ASTNode::Stmt(Stmt::Var(var, ..))) => {
                        own.insert(var.0.name.clone());
                    }
                    Some(ASTNode::Stmt(Stmt::Assignment(assignment))) => {
                        if let Some((name, at)) = variable(&assignment.1.lhs) {
                            let is_read = mentions(&assignment.1.rhs, &name);
                            uses.entry(name.clone()).or_default().questions += usize::from(is_read);
                            changed(&mut uses, name, at, assignment.0.is_op_assignment() || is_read);
                        }
                    }
                    Some(ASTNode::Expr(chain @ Expr::Dot(dot, ..))) if changes(&dot.rhs) => {
                        if let Some((name, at)) = variable(chain) {
                            changed(&mut uses, name, at, true);
                        }
                    }
                    Some(ASTNode::Expr(Expr::Dot(dot, ..))) => {
                        if let Expr::Variable(name, ..) = &dot.lhs {
                            uses.entry(name.1.clone()).or_default().questions += 1;
                        }
                    }
                    Some(ASTNode::Expr(Expr::Variable(name, _, at))) => {
                        uses.entry(name.1.clone()).or_default().named += 1;
                        last = last.max(*at);
                    }
                    _ => {}
                }
                true
            });
            for name in captured.iter().filter(|name| !own.contains(*name)) {
                let Some((one, at)) = uses.get(name).and_then(|one| Some((one, one.changed?))) else { continue };
                // A copy that is passed on, or only asked by the closure itself, may be all that it wants.
                let is_read_behind = || read.get(name).is_some_and(|places| places.iter().any(|place| *place > last));
                let stays = one.named <= one.changes + one.questions;
                if stays && (one.questions == 0 || one.adds && is_read_behind()) {
                    found.push((name.clone(), at));
                }
            }
        }
        for (name, position) in found {
            let title = format!("`{name}` is a copy in this closure: what is changed here is lost");
            let hint = "return what is found from the closure instead";
            self.warn("changed-copy", position, title, Some(hint.to_owned()));
        }
    }

    /// Warns where closures that share the variable of a loop are kept for later, when it has its last value.
    pub(super) fn kept_closures(&mut self) {
        let mut found: Vec<(ImmutableString, Position)> = Vec::new();
        self.unit.walk(|path, _| {
            let Some(ASTNode::Expr(closure)) = path.last() else { return };
            let (Some(captured), Some(keeper)) = (captures(closure), keeper(path)) else { return };
            for step in path.iter().rev() {
                let ASTNode::Stmt(Stmt::For(header, _)) = step else { continue };
                let variables = [Some(&header.0), header.1.as_ref()];
                let shared = variables.into_iter().flatten().find(|own| captured.contains(&own.name.as_str()));
                let Some(shared) = shared else { continue };
                let body = Body::of(header.2.body.statements());
                let is_shared = !body.own.contains(shared.name.as_str());
                if is_shared && !body.own.contains(keeper.as_str()) && !body.ends_early {
                    found.push((shared.name.clone(), closure.start_position()));
                }
            }
        });
        for (name, position) in found {
            let title = format!("when this closure is called later, `{name}` has the value of the last round");
            self.warn("loop-variable", position, title, Some(format!("capture a copy: `let own = {name};`")));
        }
    }
}

/// What the body of a loop declares, and whether it may end before the last round.
#[derive(Default)]
struct Body {
    own: HashSet<String>,
    ends_early: bool,
}

impl Body {
    fn of(statements: &[Stmt]) -> Self {
        let mut body = Self::default();
        for statement in statements {
            statement.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
                match path.last() {
                    Some(ASTNode::Stmt(Stmt::Var(var, ..))) => {
                        body.own.insert(var.0.name.to_string());
                    }
                    Some(ASTNode::Stmt(Stmt::BreakLoop(..) | Stmt::Return(..))) => body.ends_early = true,
                    _ => {}
                }
                true
            });
        }
        body
    }
}

/// Returns the variable that keeps the last expression of a path: `list.push(closure)`, `map[key] = closure`.
fn keeper(path: &[ASTNode<'_>]) -> Option<ImmutableString> {
    let [.., before, holder, _] = path else { return None };
    match (before, holder) {
        (ASTNode::Expr(chain @ Expr::Dot(..)), ASTNode::Expr(Expr::MethodCall(call, _)))
            if KEEPING.contains(&call.name.as_str()) =>
        {
            variable(chain).map(|(name, _)| name)
        }
        (_, ASTNode::Stmt(Stmt::Assignment(assignment))) => match &assignment.1.lhs {
            // The last one is all that a plain variable keeps.
            Expr::Variable(..) if !assignment.0.is_op_assignment() => None,
            target => variable(target).map(|(name, _)| name),
        },
        _ => None,
    }
}

fn changed(uses: &mut HashMap<ImmutableString, Use>, name: ImmutableString, at: Position, adds: bool) {
    let one = uses.entry(name).or_default();
    one.changed.get_or_insert(at);
    one.adds |= adds;
    one.changes += 1;
}

/// Takes note of the closures in an argument, and of how many variables each captures.
fn add_closures(argument: &Expr, at: Position, closures: &mut HashMap<String, (usize, Position)>) {
    match argument {
        Expr::Array(items, _) => items.iter().for_each(|item| add_closures(item, at, closures)),
        closure => {
            if let (Some(captured), Some(name)) = (captures(closure), super::declared::closure_name(closure)) {
                closures.insert(name, (captured.len(), at));
            }
        }
    }
}

fn mentions(expression: &Expr, name: &str) -> bool {
    let mut found = false;
    expression.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
        found |= matches!(path.last(), Some(ASTNode::Expr(Expr::Variable(variable, ..))) if variable.1 == name);
        true
    });
    found
}

/// Returns the variable that a target or chain begins with.
fn variable(target: &Expr) -> Option<(ImmutableString, Position)> {
    match target {
        Expr::Variable(variable, _, position) => Some((variable.1.clone(), *position)),
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => variable(&parts.lhs),
        _ => None,
    }
}

/// Says whether the rest of a chain is a method, or ends in one, that changes what it is called on.
fn changes(rest: &Expr) -> bool {
    match rest {
        Expr::MethodCall(call, _) => CHANGING.contains(&call.name.as_str()),
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => {
            !matches!(parts.lhs, Expr::MethodCall(..)) && changes(&parts.rhs)
        }
        _ => false,
    }
}
