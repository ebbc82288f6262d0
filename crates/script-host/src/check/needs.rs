//! What a script wants from its surroundings, as far as it says so in literals.

use rhai::{ASTNode, Expr, FnCallExpr, Position, Stmt};

use super::files::Unit;
use crate::diagnostics::{Diagnostic, Kind, Place};
use crate::prelude::{Given, ParamSpec, strange, undeclared, unset};
use crate::runtime::{Environment, Host};
use crate::values::Fault;

/// Secrets, parameters and environment variables of a script and of everything that it imports.
#[derive(Default)]
pub(crate) struct Needs {
    /// Each name once, with the place where it is first asked for.
    secrets: Vec<(String, Option<Place>)>,
    /// In the order of the text.
    params: Vec<Param>,
    /// The variables that `env` is called for.
    variables: Vec<(String, Option<Place>)>,
    /// Whether there may be parameters whose names are only known when the script runs.
    open: bool,
    /// Descriptions of parameters that make no sense.
    pub(super) findings: Vec<Diagnostic>,
}

/// A parameter that is named in the text.
pub(crate) struct Param {
    pub(crate) name: String,
    /// `None` when the text does not say what it is like.
    pub(crate) spec: Option<ParamSpec>,
    place: Option<Place>,
}

impl Needs {
    pub(super) fn collect(&mut self, unit: &Unit) {
        self.open |= unit.may_have_had("params");
        unit.ast.walk(&mut |path: &[ASTNode<'_>]| {
            if let Some(ASTNode::Expr(Expr::FnCall(call, _)) | ASTNode::Stmt(Stmt::FnCall(call, _))) = path.last() {
                self.call(unit, call);
            }
            true
        });
    }

    fn call(&mut self, unit: &Unit, call: &FnCallExpr) {
        if unit.has_function(&call.name) {
            return;
        }
        match (call.name.as_str(), call.args.as_slice()) {
            ("secret", [Expr::StringConstant(name, at)]) => note(&mut self.secrets, name, unit, *at),
            ("env", [Expr::StringConstant(name, at), ..]) => note(&mut self.variables, name, unit, *at),
            ("params", [argument]) => self.declare(unit, argument),
            _ => {}
        }
    }

    fn declare(&mut self, unit: &Unit, argument: &Expr) {
        let Expr::Map(map, _) = argument else {
            self.open = true;
            return;
        };
        for (name, described) in &map.0 {
            let place = Place::new(unit.name.clone(), name.pos);
            let read = described.get_literal_value(None).map(|described| ParamSpec::read(&name.name, described));
            let spec = read.transpose().unwrap_or_else(|error| {
                let finding = Diagnostic::error(Kind::Check, error.message("params")).code("parameter");
                self.findings.push(finding.at(place.clone(), "").maybe_hint(error.hint()));
                None
            });
            self.params.push(Param { name: name.name.to_string(), spec, place });
        }
    }

    /// Returns the names of all parameters; `None` when some are only known when the script runs.
    pub(super) fn parameters(&self) -> Option<Vec<&str>> {
        (!self.open).then(|| self.params.iter().map(|param| param.name.as_str()).collect())
    }

    /// Returns the parameters that are known, in the order of the text, and whether there may be others.
    pub(crate) fn described_parameters(&self) -> (&[Param], bool) {
        (&self.params, self.open)
    }

    /// Returns the names of the secrets that are known.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(|(name, _)| name.as_str())
    }

    /// Returns the environment variables that parameters are taken from.
    pub(crate) fn declared_variables(&self) -> impl Iterator<Item = &str> {
        self.params.iter().filter_map(|param| param.spec.as_ref()?.env())
    }

    /// Returns what was given wrongly or not at all.
    pub(crate) fn unmet(&self, given: &Given, environment: &Environment) -> Vec<Diagnostic> {
        let strange = self.parameters().map(|known| strange(&known, given)).unwrap_or_default();
        let problem =
            |param: &Param| Some((param.spec.as_ref()?.value(given, environment).err()?, param.place.clone()));
        let values = self.params.iter().filter_map(problem);
        let values = values.map(|(fault, place)| diagnostic(&fault, place.as_ref()));
        strange.iter().map(|fault| diagnostic(fault, None)).chain(values).collect()
    }

    /// Returns the variables that the script reads without being allowed to.
    pub(crate) fn forbidden(&self, host: &Host) -> Vec<Diagnostic> {
        let forbidden = self.variables.iter().filter(|(name, _)| !host.variables.may_read(name));
        forbidden.map(|(name, place)| diagnostic(&undeclared(name), place.as_ref())).collect()
    }

    /// Looks for all secrets at once. Returns the names of those that the sandbox has to make up, and everything that
    /// stands against a run.
    pub(crate) async fn look_for_secrets(&self, host: &Host) -> (Vec<&str>, Vec<Diagnostic>) {
        let looked = self.secrets.iter().map(|(name, _)| host.secrets.find(name, host));
        let looked = futures::future::join_all(looked).await;
        let (mut made_up, mut problems) = (Vec::new(), Vec::new());
        for ((name, place), found) in self.secrets.iter().zip(looked) {
            match found {
                Ok(Some(_)) => {}
                Ok(None) if host.settings.is_sandbox() => made_up.push(name.as_str()),
                Ok(None) => problems.push(diagnostic(&unset(name, host), place.as_ref())),
                Err(fault) => problems.push(diagnostic(&fault, place.as_ref())),
            }
        }
        (made_up, problems)
    }
}

fn note(known: &mut Vec<(String, Option<Place>)>, name: &str, unit: &Unit, at: Position) {
    if !known.iter().any(|(known, _)| known == name) {
        known.push((name.to_owned(), Place::new(unit.name.clone(), at)));
    }
}

fn diagnostic(fault: &Fault, place: Option<&Place>) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::error(fault.kind().class(), fault.message()).code(fault.kind().word()).at(place.cloned(), "");
    diagnostic.notes = fault.notes().to_vec();
    diagnostic.hints = fault.hints().to_vec();
    diagnostic
}
