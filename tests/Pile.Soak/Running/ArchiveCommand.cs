using Pile.Adopting;
using Pile.Cli;
using Pile.Cli.Commands;
using Pile.Format;
using Pile.Reading;
using Pile.Review;
using Pile.Writing;

namespace Pile.Soak.Running;

/// <summary>The commands of a <see cref="HostProcess"/> for archives: adopt one and read its rows, or only read them.</summary>
/// <remarks>Unlike the verbs of the program, they return the kind of an exception, and the values of each row.</remarks>
internal static class ArchiveCommand
{
    /// <summary>Adopts a file and reads all rows: <c>adopt-archive hdf5|tar|group FILE OUTPUT [--checksums] [--validate]</c>. The exit code
    /// is 3 if some rows are unreadable.</summary>
    internal const string Adopt = "adopt-archive";

    /// <summary>Reads all rows, with the sources in a folder of the same name as when they were adopted:
    /// <c>read-archive DATASET FOLDER [--validate]</c>. Writes them to standard output.</summary>
    internal const string Read = "read-archive";

    /// <summary>The exit code if an exception is not a <see cref="PileException"/> or does not name the file.</summary>
    internal const int DefectCode = 70;

    /// <summary>The option to validate the dataset, deeply.</summary>
    internal const string Validates = "--validate";

    /// <summary>The line for a deep validation with errors.</summary>
    internal const string Invalid = "the dataset is not valid";

    private const int Done = 0, DataAtFault = 1, RowsUnreadable = 3;
    // A case has one thread, because a campaign runs as many cases as there are processors.
    private const long MemoryBytes = 256L << 20;

    /// <summary>Returns true for the arguments of these commands.</summary>
    internal static bool IsNamedBy(string[] arguments) => arguments is [Adopt or Read, ..];

    /// <summary>Runs a command.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            return arguments[0] == Adopt ? await AdoptAsync(arguments) : await ReadAsync(arguments);
        }
        catch (PileException e) when (arguments[0] == Adopt
            && e.Message.Contains(Path.GetFileName(arguments[2]), StringComparison.Ordinal))
        {
            await Console.Error.WriteLineAsync($"{e.GetType().Name}: {e.Message}");
            return DataAtFault;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(
                $"{(e is PileException ? "The message does not name the file" : "Internal error")}: {e}");
            return DefectCode;
        }
    }

    private static async Task<int> AdoptAsync(string[] arguments)
    {
        string file = arguments[2], output = arguments[3];
        // The verb's own way to open an archive.
        OpenArchive opened = await OpenArchive.OfAsync(PileCommandLine.CreateRoot().Parse(
            ["adopt", file, "--out", output, .. arguments[1] == "group" ? (string[])["--group"] : []]), [file],
            arguments[1] == "hdf5" ? ArchiveKind.Hdf5 : ArchiveKind.Tar, output, static _ => { }, CancellationToken.None);
        await AdoptRun.RunAsync(opened.Archive, output, new AdoptSettings
        {
            Name = "soak",
            Provenance = new()
            {
                Project = "p",
                Survey = "s",
                Instrument = "i",
                Release = "r",
                Licence = "l",
                Citation = "c",
                Builder = "",
                BuilderVersion = ""
            },
            Writer = new WriterSettings { MemoryBytes = MemoryBytes, Workers = 1 },
            ComputesChecksums = arguments.Contains("--checksums"),
            Mounts = opened.Mounts,
        }, CancellationToken.None);
        ArchiveRows rows = await ArchiveRows.ReadAsync(output, new DatasetOptions { Threads = 1 });
        if (arguments.Contains(Validates))
            RequireAgreement(await ValidateAsync(output, opened.Mounts), rows);
        return rows.Unreadable > 0 ? RowsUnreadable : Done;
    }

    private static async Task<int> ReadAsync(string[] arguments)
    {
        string dataset = arguments[1], folder = arguments[2];
        Dictionary<string, string> mounts = new(StringComparer.Ordinal) { [$"mount://{Path.GetFileName(folder)}"] = folder };
        ArchiveRows rows = await ArchiveRows.ReadAsync(dataset, new DatasetOptions { Mounts = mounts, Threads = 1 });
        foreach (string line in rows.Lines)
            await Console.Out.WriteLineAsync(line);
        if (arguments.Contains(Validates) && !(await ValidateAsync(dataset, mounts)).IsValid)
            await Console.Out.WriteLineAsync(Invalid);
        return Done;
    }

    private static Task<ValidationReport> ValidateAsync(string dataset, IReadOnlyDictionary<string, string> mounts) =>
        DatasetValidator.ValidateAsync(dataset, new() { Deep = true, Workers = 1, MemoryBytes = MemoryBytes, Mounts = mounts });

    // A dataset whose rows can be read is valid, and the validator finds the rows that cannot.
    private static void RequireAgreement(ValidationReport report, ArchiveRows rows)
    {
        if (report.IsValid != (rows.Unreadable == 0))
            throw new InvalidDataException($"{rows.Unreadable} rows are unreadable, but the validation is: {string.Join('\n',
                report.Findings.Select(f => f.ToString()).DefaultIfEmpty("no findings"))}");
    }
}
