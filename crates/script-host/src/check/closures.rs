//! Closures with a number of parameters that nobody calls them with.

use rhai::{Expr, FnCallExpr};

use super::declared::closure_name;
use super::infer::first_step;
use super::trial::{Tried, tried, values_of};
use super::walk::Walk;
use crate::registry::Ty;

/// How many arguments functions of this host call a closure with, at least and at most.
const CALLED_WITH: [(&str, usize, usize); 6] =
    [("parallel", 0, 0), ("parallel_map", 1, 1), ("retry", 0, 1), ("sort", 2, 2), ("sort_by", 2, 2), ("timeout", 0, 0)];

/// Methods of arrays that call a closure with every item.
const ITEM_FIRST: [&str; 10] =
    ["all", "drain", "filter", "find", "find_map", "index_of", "map", "parallel_map", "retain", "some"];

/// What people call an index.
const INDEXES: [&str; 9] = ["_", "at", "i", "idx", "index", "j", "k", "n", "nth"];

/// What closures are called with is looked for up to so many parameters.
const MOST: usize = 6;

impl Walk<'_> {
    /// Looks at the closures among the arguments of a function that exists; of a method, with its receiver.
    pub(super) fn callbacks(&mut self, receiver: Option<Ty>, call: &FnCallExpr) {
        let closures: Vec<&Expr> = match call.args.first() {
            Some(Expr::Array(items, _)) if call.name == "parallel" => items.iter().collect(),
            _ => call.args.iter().collect(),
        };
        for closure in closures {
            let Some(count) = self.declared.parameters(closure) else { continue };
            self.given_item(receiver, call, closure);
            let host = CALLED_WITH.iter().find(|(name, ..)| *name == call.name.as_str());
            let takes = match host {
                Some((_, fewest, most)) => (*fewest..=*most).collect(),
                None => self.taken(receiver, call),
            };
            if let (Some(fewest), Some(most)) = (takes.first(), takes.last())
                && !takes.contains(&count)
            {
                let called = match most - fewest {
                    0 => fewest.to_string(),
                    1 => format!("{fewest} or {most}"),
                    _ => format!("{fewest} to {most}"),
                };
                let s = if *most == 1 { "" } else { "s" };
                let title = format!("`{}` calls its closure with {called} argument{s}, not {count}", call.name);
                self.fails("wrong-count", closure.start_position(), title, None);
            }
        }
    }

    /// What a closure is called with for every item of an array.
    fn given_item(&mut self, receiver: Option<Ty>, call: &FnCallExpr, closure: &Expr) {
        let (Some(Ty::List(item)), Some(param)) = (receiver, self.declared.first_parameter(closure)) else { return };
        let name = call.name.as_str();
        if ITEM_FIRST.contains(&name) && self.is_certain(&param) {
            self.types.insert(param, *item);
        } else if name == "for_each"
            && !INDEXES.contains(&param.as_str())
            && !closure_name(closure).is_some_and(|it| self.unit.methods.contains(&it))
        {
            let title = "`for_each` gives its closure the index, not the item".to_owned();
            let hint = format!("the item is `this`; or write `for {param} in … {{ … }}`");
            self.warn("index-for-item", closure.start_position(), title, Some(hint));
        }
    }

    /// Returns the numbers of parameters with which a function of Rhai's takes its only closure; none where that is not
    /// certain.
    fn taken(&self, receiver: Option<Ty>, call: &FnCallExpr) -> Vec<usize> {
        let Some(receiver @ (Ty::List(_) | Ty::Map)) = receiver else { return Vec::new() };
        if call.args.iter().filter(|argument| self.known().infer(argument) == Ty::Function).count() != 1 {
            return Vec::new();
        }
        let refuses = |count: usize| {
            let params: Vec<String> = (0..count).map(|at| format!("p{at}")).collect();
            let arguments = call.args.iter().map(|argument| match self.known().infer(argument) {
                Ty::Function => format!("|{}| true", params.join(", ")),
                ty => values_of(ty).first().copied().unwrap_or("2").to_owned(),
            });
            let arguments: Vec<String> = arguments.collect();
            let tried = tried(&format!("a.{}({})", call.name, arguments.join(", ")), receiver, Ty::Nothing);
            matches!(tried, Tried::Refused(_))
        };
        (0..=MOST).filter(|count| !refuses(*count)).collect()
    }

    /// Looks at `closure.call(…)`.
    pub(super) fn called(&mut self, closure: &Expr, rest: &Expr) {
        let Expr::MethodCall(call, position) = first_step(rest) else { return };
        let takes = match closure {
            Expr::Variable(name, ..) if name.2.is_empty() => self.closures.get(name.1.as_str()).copied(),
            closure => self.declared.parameters(closure),
        };
        if let Some(takes) = takes.filter(|takes| call.name == "call" && *takes != call.args.len()) {
            let s = if takes == 1 { "" } else { "s" };
            let title = format!("the closure takes {takes} argument{s}, not {}", call.args.len());
            self.fails("wrong-count", *position, title, None);
        }
    }
}
