//! Literal arguments that only make sense together: schedules, and requests of `api`.

use std::collections::HashSet;

use airway_client::{ErrorKind, Operation, Schedule, ScheduleError, ViolationKind, check_request, operations};
use rhai::{Expr, FnCallExpr, Position};
use serde_json::{Map, Value};

use super::walk::{Literal, Walk};
use crate::registry::Ty;
use crate::values::to_json;

impl Walk<'_> {
    /// Looks at the literals of a call whose arguments fit, each for itself.
    pub(super) fn literal_arguments(&mut self, receiver: Option<Ty>, call: &FnCallExpr, position: Position) {
        match (call.name.as_str(), call.args.as_slice(), receiver) {
            ("every", [Expr::IntegerConstant(units, at), Expr::StringConstant(unit, _)], None) => {
                // What is wrong with the unit is told already.
                let schedule = unit.parse().ok().map(|unit| Schedule::every(*units, unit));
                self.schedule(schedule.and_then(Result::err), *at);
            }
            ("cron", [Expr::StringConstant(expression, at)], None) => {
                self.schedule(Schedule::cron(expression, "UTC").err(), *at);
            }
            ("cron", [Expr::StringConstant(expression, at), Expr::StringConstant(zone, _)], None) => {
                self.schedule(Schedule::cron(expression, zone).err(), *at);
            }
            ("api", [Expr::StringConstant(name, at), input @ ..], Some(Ty::Handle("Airbyte"))) => {
                match (operations().get(name), input) {
                    (None, _) => {
                        let nearest = operations().nearest(name);
                        let unknown = ErrorKind::UnknownOperation { name: name.to_string(), nearest: None };
                        let hint = nearest.map(|near| format!("did you mean `{near}`?"));
                        self.fails("unknown-operation", *at, unknown.to_string(), hint);
                    }
                    (Some(operation), []) => {
                        self.request(operation, &Literal { entries: Vec::new(), at: position });
                    }
                    (Some(operation), [Expr::Map(map, at)]) => {
                        self.request(operation, &Literal { entries: map.0.to_vec(), at: *at });
                    }
                    (Some(operation), [Expr::Variable(name, ..)]) if name.2.is_empty() => {
                        if let Some(map) = self.maps.get(name.1.as_str()).cloned() {
                            self.request(operation, &Literal { at: call.args[1].start_position(), ..map });
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn schedule(&mut self, error: Option<ScheduleError>, position: Position) {
        if let Some(error) = error {
            self.fails("wrong-value", position, error.to_string(), None);
        }
    }

    /// Compares what is known of a request with the API's description, as it is before a request is sent.
    fn request(&mut self, operation: &Operation, input: &Literal) {
        let (mut body, mut unknown) = (Map::new(), HashSet::new());
        for (key, value) in &input.entries {
            if operation.parameters.iter().any(|parameter| parameter.name == key.name.as_str()) {
                continue;
            }
            let literal = value.get_literal_value(None).and_then(|value| to_json(&value).ok());
            if literal.is_none() {
                unknown.insert(key.name.as_str());
            }
            body.insert(key.name.to_string(), literal.unwrap_or_default());
        }
        let body = if body.is_empty() && operation.request.is_none() { Value::Null } else { Value::Object(body) };
        let mut violations = check_request(operations(), operation, &body);
        violations.retain(|violation| {
            let mut steps = violation.pointer.split('/').skip(1);
            // Of a value that is not known, only its key can be wrong.
            let is_open = steps.next().is_none_or(|first| unknown.contains(first));
            !is_open || matches!(violation.kind, ViolationKind::UnknownField) && steps.next().is_none()
        });
        if violations.is_empty() {
            return;
        }
        let misfit = ErrorKind::InvalidRequest { operation: operation.name().to_owned(), violations }.to_string();
        let mut lines = misfit.lines();
        self.fails("wrong-request", input.at, lines.next().unwrap_or_default().to_owned(), None);
        self.note(lines.map(|line| line.trim().to_owned()));
    }
}
