using System.CommandLine;
using System.Globalization;

namespace Pile.Cli.Terminal;

/// <summary>The share of a process that is one of several: <c>--task I/N</c>, or <c>--array</c> for the variables of a scheduler.</summary>
internal static class TaskOptions
{
    internal static readonly Option<string?> Task = new("--task")
    {
        Description = "Process share I (from 0) of N only, in parallel with other tasks on a common file system; then run --commit.",
        HelpName = "I/N",
    };

    internal static readonly Option<string?> Array = new("--array")
    {
        Description = "As --task, with the numbers of a Slurm, AWS Batch or Kubernetes array; Kubernetes needs the number of tasks.",
        HelpName = "N",
        Arity = ArgumentArity.ZeroOrOne,
    };

    internal static readonly Option<bool> Commit = new("--commit")
    {
        Description = "Complete the tasks, and write the output."
    };

    /// <summary>Returns the share; null for the whole.</summary>
    /// <exception cref="UsageException">The options contradict each other, or the numbers are not valid.</exception>
    internal static (int Index, int Count)? Of(ParseResult parsed)
    {
        bool hasArray = parsed.GetResult(Array) is { Implicit: false };
        if (parsed.GetValue(Commit) && (hasArray || parsed.GetValue(Task) is not null))
            throw new UsageException($"{Commit.Name} is run once, after all tasks: leave {Task.Name} and {Array.Name} out.");
        if (parsed.GetValue(Task) is { } text)
            return hasArray ? throw new UsageException($"{Task.Name} and {Array.Name} are both given. Use only one of them.")
                : text.Split('/') is [var index, var count] && Number(index) is { } i && Number(count) is { } n && i < n
                    ? (i, n)
                : throw new UsageException($"{Task.Name} {text}: expected I/N with I from 0 to N - 1, for example 0/8.");
        return hasArray ? OfScheduler(parsed.GetValue(Array)) : null;
    }

    /// <summary>Reads the variables that the schedulers set for each task of an array.</summary>
    /// <remarks>Sources: sbatch(1), "Output environment variables"; AWS Batch user guide, "Job environment variables"; Kubernetes, "Indexed
    /// Job".</remarks>
    private static (int Index, int Count) OfScheduler(string? given)
    {
        int? count = given is null ? null
            : Number(given) ?? throw new UsageException($"{Array.Name} {given}: expected the number of tasks, for example 8.");
        (int?, int?, int?) indexes =
            (Variable("SLURM_ARRAY_TASK_ID"), Variable("AWS_BATCH_JOB_ARRAY_INDEX"), Variable("JOB_COMPLETION_INDEX"));
        (int Index, int Count)? share = indexes switch
        {
            ({ } id, _, _) => ((id - (Variable("SLURM_ARRAY_TASK_MIN") ?? 0)) / (Variable("SLURM_ARRAY_TASK_STEP") ?? 1),
                count ?? Variable("SLURM_ARRAY_TASK_COUNT") ?? 0),
            (_, { } index, _) => (index, count ?? Variable("AWS_BATCH_JOB_ARRAY_SIZE") ?? 0),
            (_, _, { } index) => (index, count ?? 0),
            _ => null,
        };
        return share switch
        {
            null => throw new UsageException($"{Array.Name}: this is no task of an array (SLURM_ARRAY_TASK_ID, "
                + $"AWS_BATCH_JOB_ARRAY_INDEX and JOB_COMPLETION_INDEX are not set). Give the share with {Task.Name} I/N."),
            { Count: 0 } => throw new UsageException($"{Array.Name}: the scheduler does not say how many tasks the array has. "
                + $"Add the number: {Array.Name} N."),
            { } found when found.Index < 0 || found.Index >= found.Count =>
                throw new UsageException($"{Array.Name}: task {found.Index} (from 0) is not one of {found.Count} tasks."),
            { } found => found,
        };
    }

    private static int? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? Number(text) : null;

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
