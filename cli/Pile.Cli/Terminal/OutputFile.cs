using System.CommandLine;
using System.CommandLine.Parsing;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Storage;

namespace Pile.Cli.Terminal;

/// <summary>Checks of the file that a command writes, before the command runs.</summary>
internal static class OutputFile
{
    /// <summary>Rejects a file that exists and must not be replaced, a file of a dataset, and a folder that does not exist.</summary>
    /// <exception cref="OutputExistsException">The file exists and must not be replaced, or the path is that of a folder.</exception>
    /// <exception cref="UsageException">The folder does not exist, or the file is one of a dataset.</exception>
    internal static void RequireFree(string path, bool replace, string option)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new UsageException($"{option} {path}: there is no folder '{folder}'. Create it first.");
        if (Directory.Exists(path))
            throw new OutputExistsException(path, $"Choose another file with {option}");
        if (!File.Exists(path))
            return;
        if (DatasetOf(path) is { } dataset)
            throw Replaced(path, option, $"belongs to the dataset '{dataset}'");
        if (!replace)
            throw new OutputExistsException(path, $"Remove it, replace it with --replace, or choose another file with {option}");
    }

    /// <summary>Rejects a file that another option or an argument of the command names.</summary>
    /// <exception cref="UsageException">The result would replace an input.</exception>
    internal static void RequireNoInput(ParseResult parsed, string path, Option output)
    {
        if (!File.Exists(path))
            return;
        string realPath = RealPath.Of(Path.GetFullPath(path));
        foreach (SymbolResult given in parsed.CommandResult.Children)
            if ((given as OptionResult)?.Option != output
                && given.Tokens.Any(token => File.Exists(token.Value) && InputFiles.IsSame(token.Value, realPath)))
                throw Replaced(path, output.Name, "is an input of the command");
    }

    private static string? DatasetOf(string file)
    {
        string? folder = RealPath.Of(Path.GetFullPath(file));
        do
            folder = Path.GetDirectoryName(folder);
        while (folder is not null && !IsDataset(folder));
        return folder;
    }

    // A recipe or other properties may have the name of a manifest, but not the files beside it.
    private static bool IsDataset(string folder) =>
        (Has(folder, DatasetPaths.Manifest) && (Has(folder, DatasetPaths.Files) || Has(folder, DatasetPaths.Statistics)))
        || ((Has(folder, "hats.properties") || Has(folder, "properties")) && Directory.Exists(Path.Combine(folder, "dataset")));

    private static bool Has(string folder, string file) => File.Exists(Path.Combine(folder, file));

    private static UsageException Replaced(string path, string option, string reason) =>
        new($"{option}: the result would replace '{path}', which {reason}. Write to another file.");
}
