using System.IO.Enumeration;
using Pile.Builders.Sources.SkyImages;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Finds the HDUs of an arm.</summary>
internal static class ArmHdus
{
    private const int MostTables = 3; // whose columns are listed in a message

    /// <summary>Returns the HDUs of the flux: that with a number, all with a name or whose names match a pattern (<c>SPAT*</c>), or the
    /// first that can be one.</summary>
    /// <exception cref="PileException">No HDU fits.</exception>
    internal static IReadOnlyList<FitsHdu> OfFlux(FitsFile file, ArmRecipe arm) => arm.Flux.Hdu is not { } name ? [First(file, arm)]
        : Named(file, name) is { Length: > 0 } named && (named.Length > 1 || IsPattern(name)) ? named : [Find(file, name, arm)];

    /// <summary>Returns the tables with the column of the flux that follow the first one, which is read if the recipe names none.</summary>
    internal static IEnumerable<FitsHdu> FurtherTables(FitsFile file, ArmRecipe arm) => arm.Flux is { Hdu: null, Column: { } column }
        ? file.Hdus.Where(hdu => IsTableWith(hdu, column)).Skip(1) : [];

    /// <summary>Returns the HDU of a companion of the flux. Of several with a name, the first belongs to the first of the flux.</summary>
    /// <param name="file">The file of the companion.</param>
    /// <param name="name">The name or the number.</param>
    /// <param name="arm">The arm.</param>
    /// <param name="version">The number of the flux's HDU among those of its name, from 0.</param>
    /// <exception cref="PileException">No HDU fits.</exception>
    internal static FitsHdu OfCompanion(FitsFile file, string name, ArmRecipe arm, int version) =>
        Named(file, name) is not { Length: > 0 } named || (named.Length == 1 && !IsPattern(name)) ? Find(file, name, arm)
            : version < named.Length ? named[version]
            : throw new SchemaMismatchException(file.Path, null,
                $"{arm.Label}{named.Length} HDUs have the name '{name}', but at least {version + 1} have the name '{arm.Flux.Hdu}'",
                "Set 'hdu' to a number in the recipe's source, or leave out this file");

    private static bool IsPattern(string name) => name.Contains('*', StringComparison.Ordinal);

    private static FitsHdu[] Named(FitsFile file, string name) =>
        [.. file.Hdus.Where(h => FileSystemName.MatchesSimpleExpression(name, h.Name))];

    private static FitsHdu Find(FitsFile file, string name, ArmRecipe arm)
    {
        try
        {
            return ImageFiles.FindHdu(file, name);
        }
        catch (FitsException e)
        {
            throw new SchemaMismatchException(file.Path, null, arm.Label + e.Finding.TrimEnd('.'),
                $"Correct 'hdu'{(arm.Name.Length > 0 ? " of the arm" : "")} in the recipe's source, or leave out this file", e)
            { IsOfCaller = true };
        }
    }

    private static string Columns(FitsFile file)
    {
        FitsHdu[] tables = [.. file.Hdus.Where(h => h.Kind is FitsHduKind.Table or FitsHduKind.AsciiTable)];
        return tables.Length == 0 ? file.Contents().TrimEnd('.') : string.Join("; ", tables.Take(MostTables).Select(table =>
            $"{(tables.Length == 1 ? "The columns are" : $"HDU {table.Label} has")} "
                + string.Join(", ", table.Table().Columns.Select(c => c.Name)))) + (tables.Length > MostTables ? "; …" : "");
    }

    private static bool IsTableWith(FitsHdu hdu, string column) =>
        hdu.Kind is FitsHduKind.Table or FitsHduKind.AsciiTable && hdu.Table().TryColumn(column, out _);

    private static FitsHdu First(FitsFile file, ArmRecipe arm) => arm.Flux.Column is { } column
        ? file.Hdus.FirstOrDefault(hdu => IsTableWith(hdu, column))
            ?? throw new SchemaMismatchException(file.Path, column, $"{arm.Label}no table has this column. {Columns(file)}",
                "Correct 'flux' in the recipe's source, or leave out this file")
            { IsOfCaller = true }
        : file.Hdus.FirstOrDefault(h => h.Kind is FitsHduKind.Image && h.Axes.Count > 0)
            ?? throw new SchemaMismatchException(file.Path, null, $"{arm.Label}no HDU has an image. {file.Contents().TrimEnd('.')}",
                "Set 'flux' in the recipe's source to the column of the flux, or leave out this file");
}
