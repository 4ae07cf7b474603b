#ifndef JITRUN_SEMA_WRITEINFERENCE_H
#define JITRUN_SEMA_WRITEINFERENCE_H

namespace jitrun::tast {
class Module;
}

namespace jitrun::sema {

/// Works out Function::WritesParameter of all functions.
///
/// Which slots may share an array is found without regard to order, by merging
/// what is assigned to each other; a call merges what its callee merges. The
/// result errs on the side of writing.
void inferWrites(tast::Module &M);

} // namespace jitrun::sema

#endif // JITRUN_SEMA_WRITEINFERENCE_H
