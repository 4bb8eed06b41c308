using Pile.Format;
using Pile.Format.Yaml;
using Pile.Tables;

namespace Pile.Builders.Sources;

/// <summary>The key <c>files</c> of a recipe's source whose files are tables. Each file or HDU is a unit.</summary>
internal static class TableFiles
{
    private static readonly string[] TextTables = [".csv", ".tsv", ".jsonl", ".ndjson", ".txt", ".dat", ".mrt"];

    /// <summary>Returns the units of the key's globs; <c>file.fits#2</c> or <c>file.fits#NAME</c> names an HDU.</summary>
    /// <param name="source">The recipe's source.</param>
    /// <param name="others">Files that every unit reads in addition to its own.</param>
    /// <exception cref="DocumentInvalidException">A glob matches no file, or two files would have the same name in the
    /// dataset.</exception>
    internal static IEnumerable<SourceUnit> Units(RecipeSource source, params string[] others)
    {
        YamlNode files = source.Map.Required("files");
        // All globs are expanded before files are named, because an absolute glob may change the name of a file of an earlier glob.
        (YamlScalar Glob, string Path, string Hdu)[] found =
            [.. (files is YamlList list ? list.Items.Select(i => i.AsScalar()) : [files.AsScalar()])
            .SelectMany(glob => Expand(source, glob)).DistinctBy(f => (f.Path, f.Hdu))];
        Dictionary<string, string> pathOfUnit = new(StringComparer.Ordinal);
        foreach ((YamlScalar glob, string path, string hdu) in found)
        {
            string unit = source.NameOf(path) + hdu;
            RecipeSource.RequireOwnName(glob, pathOfUnit, unit, path);
            yield return new SourceUnit(unit, [path, .. others]) { HasFixedColumns = true, EstimatedBytes = new FileInfo(path).Length };
        }
    }

    /// <summary>Opens the table of a unit.</summary>
    /// <exception cref="DocumentInvalidException">The extension of the file is not that of a table.</exception>
    /// <exception cref="PileException">The table is unreadable.</exception>
    internal static async Task<ITableReader> OpenAsync(RecipeSource source, SourceUnit unit, TableReadOptions? options,
        CancellationToken cancellationToken)
    {
        try
        {
            return await TableReader.OpenAsync(AddressOf(source, unit), options, cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException e)
        {
            throw source.Map.Required("files").Invalid(BuilderFailedException.LineOf(e));
        }
    }

    /// <summary>Opens the table of a unit, to read its header.</summary>
    /// <exception cref="ArgumentException">The extension of the file is not that of a table.</exception>
    /// <exception cref="PileException">The table is unreadable.</exception>
    internal static ITableReader Open(RecipeSource source, SourceUnit unit) => TableReader.Open(AddressOf(source, unit));

    /// <summary>Returns false for files of text without a header, which take long to open because all rows show their types.</summary>
    internal static bool MayDeclareTimes(SourceUnit unit) => MayDeclareTimes(unit.Files[0]);

    /// <inheritdoc cref="MayDeclareTimes(SourceUnit)"/>
    internal static bool MayDeclareTimes(string file) =>
        !TextTables.Any(extension => file.Contains(extension, StringComparison.OrdinalIgnoreCase));

    /// <summary>Returns the address of a unit's table for a table reader: the path, followed by the HDU if the unit names one.</summary>
    private static string AddressOf(RecipeSource source, SourceUnit unit) => unit.Files[0] + unit.Id[source.NameOf(unit.Files[0]).Length..];

    private static IEnumerable<(YamlScalar Glob, string Path, string Hdu)> Expand(RecipeSource source, YamlScalar glob)
    {
        // The HDU follows the path, unless the name of a file contains the '#'.
        string table = source.PathOf(glob.Text), hdu = table[TableReader.FileOf(table).Length..];
        return source.Files(hdu.Length > 0 ? glob.With(glob.Text[..^hdu.Length]) : glob).Select(path => (glob, path, hdu));
    }
}
