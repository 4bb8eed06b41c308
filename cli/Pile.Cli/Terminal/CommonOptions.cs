using System.CommandLine;
using Pile.Builders;

namespace Pile.Cli.Terminal;

/// <summary>The options that every verb has.</summary>
internal static class CommonOptions
{
    internal static Option<bool> Json { get; } = new("--json") { Description = "One JSON document on stdout instead of text.", Recursive = true };

    internal static Option<bool> Quiet { get; } = new("--quiet") { Description = "No progress and no messages but errors.", Recursive = true };

    internal static Option<bool> Verbose { get; } = new("--verbose") { Description = "Errors with their stack trace.", Recursive = true };

    internal static Option<int> Workers { get; } = new("--workers") { Description = "Threads; the result does not depend on it.", HelpName = "N", Recursive = true, DefaultValueFactory = _ => Environment.ProcessorCount };

    internal static Option<string> Memory { get; } = new("--memory") { Description = "Memory to stay within, for example 2GB.", HelpName = "SIZE", Recursive = true };

    internal static IEnumerable<Option> All => [Json, Quiet, Verbose, Workers, Memory];

    internal static int WorkersOf(ParseResult parsed) => parsed.GetValue(Workers) is >= 1 and var workers
        ? workers : throw new UsageException($"--workers {parsed.GetValue(Workers)}: at least one is needed.");

    internal static long? MemoryOf(ParseResult parsed) => parsed.GetValue(Memory) is not { } text ? null
        : ByteSize.TryParse(text, out long bytes) && bytes > 0 ? bytes : throw new UsageException($"--memory {text}: expected a size such as 2GB or 512MiB.");

    /// <summary>Where messages go: nowhere when the user wants quiet.</summary>
    internal static Action<string> Messages(ParseResult parsed) => parsed.GetValue(Quiet) ? _ => { } : message => Console.Error.WriteLine($"pile: {message}");
}
