using System.Diagnostics;
using Pile.Soak.Running;
using Pile.TestKit;

namespace Pile.Soak.Campaigns;

/// <summary>A source file to damage, the undamaged files beside it, and the verb that reads them.</summary>
/// <remarks>Names are relative to tests/data, or begin with <c>made/</c> for files in the shared folder of the campaign.</remarks>
/// <param name="File">The file to damage.</param>
/// <param name="Others">The files and folders that the verb also needs, in the same folder.</param>
/// <param name="Arguments">The command line, given the shared folder, the damaged file and a path for the output.</param>
internal sealed record SourceInput(string File, string[] Others, Func<string, string, string, string[]> Arguments)
{
    private const string Made = "made/";

    private readonly Lock key = new();
    private Task? isAccepted;

    /// <summary>Returns the path of a file by its name.</summary>
    internal static string PathOf(string shared, string name) => name.StartsWith(Made, StringComparison.Ordinal)
        ? Path.Combine(shared, name[Made.Length..]) : Path.GetFullPath(TestPaths.Data(name));

    /// <summary>Returns the same input with another option.</summary>
    internal SourceInput With(string option) =>
        this with { Arguments = (shared, file, output) => [.. Arguments(shared, file, output), option] };

    /// <summary>Checks, once, that the verb accepts the undamaged file, because otherwise damage has no effect.</summary>
    internal Task RequireAcceptedAsync(string shared)
    {
        lock (key)
            return isAccepted ??= RunUndamagedAsync(shared);
    }

    private async Task RunUndamagedAsync(string shared)
    {
        string folder = Directory.CreateDirectory(Path.Combine(shared, $"undamaged-{Guid.NewGuid():N}")).FullName;
        MutationOutcome outcome = await new MutationCase(this, shared, await System.IO.File.ReadAllBytesAsync(PathOf(shared, File)))
            .RunAsync(folder, HostProcess.RunAsync);
        if (!outcome.IsAccepted)
            throw new UnreachableException($"The undamaged file '{File}' is not accepted: {outcome}");
    }
}
