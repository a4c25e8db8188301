//! The program that SQLite compiles a statement into, <https://www.sqlite.org/opcode.html>.
//!
//! In: a statement, which is not run. Out: its instructions, and those of the triggers that it calls.

use rusqlite::Connection;

/// One instruction.
#[derive(Debug)]
pub(crate) struct Instruction {
    pub(crate) opcode: String,
    /// The second operand.
    pub(crate) p2: i64,
    /// The fourth operand, where it is a text.
    pub(crate) p4: Option<String>,
}

/// The instructions of a statement; the error where SQLite refuses it.
pub(crate) fn of(sqlite: &Connection, sql: &str) -> rusqlite::Result<Vec<Instruction>> {
    let mut explained = sqlite.prepare(&format!("EXPLAIN {sql}"))?;
    // Without values for its parameters, which it is not run with.
    let mut steps = explained.raw_query();
    let mut program = Vec::new();
    while let Some(step) = steps.next()? {
        let p4 = step.get_ref(5)?.as_str().ok().map(str::to_owned);
        program.push(Instruction { opcode: step.get(1)?, p2: step.get(3)?, p4 });
    }
    Ok(program)
}
