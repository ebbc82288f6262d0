//! What a script wants from its surroundings, as far as it says so in literals.

use rhai::{ASTNode, Expr, FnCallExpr, Map, Position, Stmt};

use super::files::Unit;
use crate::diagnostics::{Diagnostic, Place};
use crate::prelude::{Given, ParamSpec, problems_of, unset};
use crate::runtime::Environment;
use crate::values::Fault;

/// Secrets and parameters of a script and of everything that it imports.
#[derive(Default)]
pub(crate) struct Needs {
    /// Each name once, with the place where it is first asked for.
    secrets: Vec<(String, Option<Place>)>,
    params: Vec<ParamSpec>,
    /// The place of the `params(…)` call.
    declared_at: Option<Place>,
    /// Whether some parameters are only known when the script runs.
    open: bool,
}

impl Needs {
    pub(super) fn collect(&mut self, unit: &Unit) {
        unit.ast.walk(&mut |path: &[ASTNode<'_>]| {
            if let Some(ASTNode::Expr(Expr::FnCall(call, position)) | ASTNode::Stmt(Stmt::FnCall(call, position))) =
                path.last()
            {
                self.call(unit, call, *position);
            }
            true
        });
    }

    fn call(&mut self, unit: &Unit, call: &FnCallExpr, position: Position) {
        match (call.name.as_str(), call.args.as_slice()) {
            ("secret", [Expr::StringConstant(name, at)])
                if !self.secrets.iter().any(|(known, _)| known == name.as_str()) =>
            {
                self.secrets.push((name.to_string(), Place::new(unit.name.clone(), *at)));
            }
            ("params", [argument]) if !unit.has_function("params") => {
                self.declared_at = Place::new(unit.name.clone(), position);
                self.declare(argument);
            }
            _ => {}
        }
    }

    /// Returns the names of all parameters; `None` when some are only known when the script runs.
    pub(super) fn parameters(&self) -> Option<Vec<&str>> {
        (!self.open).then(|| self.params.iter().map(|spec| spec.name.as_str()).collect())
    }

    fn declare(&mut self, argument: &Expr) {
        let Expr::Map(map, _) = argument else {
            self.open = true;
            return;
        };
        let mut literal = Map::new();
        for (name, value) in &map.0 {
            match value.get_literal_value(None) {
                Some(value) => {
                    literal.insert(name.name.as_str().into(), value);
                }
                None => self.open = true,
            }
        }
        match ParamSpec::read_all(&literal) {
            Ok(specs) => self.params.extend(specs),
            // Said with its place when the script runs.
            Err(_) => self.open = true,
        }
    }

    /// Returns what is missing or wrong before the script may run; the sandbox makes up secrets.
    pub(crate) fn unmet(&self, given: &Given, environment: &Environment, sandbox: bool) -> Vec<Diagnostic> {
        let params = problems_of(&self.params, self.open, given, environment).into_iter();
        let params = params.map(|fault| diagnostic(&fault, self.declared_at.clone()));
        let secrets = self.missing_secrets(environment).filter(|_| !sandbox);
        params.chain(secrets.map(|(name, place)| diagnostic(&unset(name), place.clone()))).collect()
    }

    /// Returns the secrets that the environment does not have.
    pub(crate) fn missing_secrets<'a>(
        &'a self,
        environment: &'a Environment,
    ) -> impl Iterator<Item = (&'a str, &'a Option<Place>)> {
        let missing = |name: &str| environment.get(name).is_none_or(|value| value.is_empty());
        self.secrets.iter().filter(move |(name, _)| missing(name)).map(|(name, place)| (name.as_str(), place))
    }
}

fn diagnostic(fault: &Fault, place: Option<Place>) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::error(fault.kind().class(), fault.message()).code(fault.kind().word()).at(place, "");
    diagnostic.hints = fault.hints().to_vec();
    diagnostic
}
