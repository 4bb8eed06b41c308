using System.Runtime.ExceptionServices;

namespace Pile.Writing.Commit;

/// <summary>The failure of several tasks that one failure stops.</summary>
internal static class FirstFailure
{
    /// <summary>Throws the first exception of the tasks that is not a consequence of the stop; none if there is no failure.</summary>
    /// <param name="tasks">Tasks that have ended.</param>
    /// <param name="own">The exception of the thread that started them, which may be a consequence; null if it has none.</param>
    internal static void Throw(IEnumerable<Task> tasks, Exception? own = null)
    {
        Exception? failure = tasks.Select(task => task.Exception?.InnerException)
            .FirstOrDefault(e => e is not null and not OperationCanceledException) ?? own;
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }
}
