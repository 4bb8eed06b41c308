using System.CommandLine;
using System.CommandLine.Parsing;
using Pile.Format;
using Pile.Storage;

namespace Pile.Cli.Terminal;

/// <summary>Protects datasets and the input files of a command from its own result.</summary>
internal static class InputProtection
{
    /// <summary>Rejects an output that exists and is a file of a dataset, or that another option names, before something is
    /// written.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="path">The file that would be replaced.</param>
    /// <param name="option">The option that names the output.</param>
    /// <exception cref="UsageException">The result would replace the file.</exception>
    internal static void Check(ParseResult parsed, string path, string option = "--out")
    {
        if (!File.Exists(path))
            return;
        string realPath = RealPath.Of(Path.GetFullPath(path));
        for (string? folder = Path.GetDirectoryName(realPath); folder is not null; folder = Path.GetDirectoryName(folder))
            if (IsDataset(folder))
                throw Replaced(path, option, $"belongs to the dataset '{folder}'");
        foreach (SymbolResult given in parsed.CommandResult.Children)
            if (!(given is OptionResult { Option: var own } && own.Name == option)
                && given.Tokens.Any(token => IsFile(token.Value, realPath)))
                throw Replaced(path, option, "is an input of the command");
    }

    // A recipe or other properties may have the name of a manifest, but not the files beside it.
    private static bool IsDataset(string folder) =>
        (Has(folder, DatasetPaths.Manifest) && (Has(folder, DatasetPaths.Files) || Has(folder, DatasetPaths.Statistics)))
        || ((Has(folder, "hats.properties") || Has(folder, "properties")) && Directory.Exists(Path.Combine(folder, "dataset")));

    private static bool Has(string folder, string file) => File.Exists(Path.Combine(folder, file));

    private static bool IsFile(string value, string realPath) => File.Exists(value) && RealPath.Of(Path.GetFullPath(value)) == realPath;

    private static UsageException Replaced(string path, string option, string reason) =>
        new($"{option}: the result would replace '{path}', which {reason}. Write to another file.");
}
