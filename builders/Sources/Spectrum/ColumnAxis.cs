using System.Globalization;
using System.Text.RegularExpressions;
using Pile.Fits;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>The columns of a table that describe the axis of each row, as in tables of single dishes (SDFITS), or numbers that all rows
/// share.</summary>
/// <param name="Value">The value at the reference pixel: the column CRVAL1.</param>
/// <param name="Pixel">The reference pixel, from 1: the column CRPIX1.</param>
/// <param name="Step">The step between pixels: the column CDELT1.</param>
/// <param name="Type">The column of the type of the axis: CTYPE1; null for none.</param>
internal sealed record AxisRecipe(AxisNumber Value, AxisNumber Pixel, AxisNumber Step, string? Type)
{
    /// <summary>Reads the keys.</summary>
    internal static AxisRecipe Read(YamlMap map)
    {
        map.RequireKeys("value", "pixel", "step", "type");
        return new(Number("value"), Number("pixel"), Number("step"), map.TextOrNull("type"));

        AxisNumber Number(string key) => map.Required(key).AsScalar() is var scalar && scalar.IsPlain && char.IsAsciiDigit(scalar.Text[^1])
            && double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number) ? new(null, number) : new(scalar.Text, 0);
    }
}

/// <summary>A number of the axis.</summary>
/// <param name="Column">The column that has it; null if all rows share it.</param>
/// <param name="Shared">The number that all rows share.</param>
internal readonly record struct AxisNumber(string? Column, double Shared);

/// <summary>The wavelengths of each row of a table from columns of the row.</summary>
internal sealed partial class ColumnAxis
{
    // Types of linear axes, and the quantity of their units.
    private static readonly Dictionary<string, string> UnitOfType = new(StringComparer.Ordinal)
    {
        ["FREQ"] = "Hz",
        ["WAVE"] = "m",
        ["AWAV"] = "m",
        ["ENER"] = "J",
        ["WAVN"] = "m-1",
    };

    private readonly SpectrumValues flux;
    private readonly AxisRecipe recipe;
    private readonly FitsTable table;
    private readonly FitsColumn? value, pixel, step;
    private readonly FitsColumn? type;
    private readonly double stepFactor = 1;

    /// <summary>Finds the columns.</summary>
    /// <param name="flux">The flux, a column of arrays.</param>
    /// <param name="recipe">The names of the columns.</param>
    /// <param name="unit">The unit of value and step that the recipe states; null for those of the columns.</param>
    /// <exception cref="SchemaMismatchException">There is no such column, or it has no number.</exception>
    internal ColumnAxis(SpectrumValues flux, AxisRecipe recipe, string? unit)
    {
        (this.flux, this.recipe) = (flux, recipe);
        table = flux.Table is { } rows && !flux.IsPerSample ? rows : throw flux.Unlike($"{flux.Place} has no array for each row of a "
            + "table, whose columns could describe its axis. Remove 'wavelength: { axis: … }'");
        (value, pixel, step) = (Number(recipe.Value), Number(recipe.Pixel), Number(recipe.Step));
        type = recipe.Type is not { } name ? null : Find(name) is { Type: FitsType.Text } text ? text
            : throw flux.Unlike($"HDU {flux.Hdu.Label}, column '{name}' should have text, found TFORM {Find(name).Form}");
        Unit = unit ?? (value?.Unit is { Length: > 0 } its ? its : step?.Unit is { Length: > 0 } ofStep ? ofStep : null);
        if (unit is null && Unit is not null && step?.Unit is { Length: > 0 } from && !FitsUnits.TryConvert(from, Unit, out stepFactor))
            throw flux.Unlike($"HDU {flux.Hdu.Label}: column '{step.Name}' has the unit '{from}', which cannot be converted to '{Unit}' of "
                + $"'{value!.Name}'. Set 'wavelength: {{ unit: … }}', the unit of both");
    }

    /// <summary>The unit of the axis; null if it is unknown.</summary>
    internal string? Unit { get; }

    /// <summary>Returns the values along the axis of a row, in <see cref="Unit"/>.</summary>
    /// <param name="spectrum">The spectrum.</param>
    /// <exception cref="SchemaMismatchException">The type of the axis is another quantity than its unit, or not linear.</exception>
    internal double[] Read(int spectrum)
    {
        int row = flux.RowOf(spectrum);
        if (type is not null)
            RequireType(row);
        (double at, double reference, double by) = (Read(value, recipe.Value, row), Read(pixel, recipe.Pixel, row),
            Read(step, recipe.Step, row) * stepFactor);
        long[] length = [flux.Column!.Repeat];
        if (flux.Column.IsVariableLength)
            table.ReadLengths(flux.Column, row, length);
        double[] axis = new double[length[0]];
        for (int i = 0; i < axis.Length; i++)
            axis[i] = at + ((i + 1 - reference) * by);
        return axis;
    }

    private void RequireType(int row)
    {
        string[] text = new string[type!.Repeat];
        table.ReadText(type, row, 1, text);
        string found = text[0].Trim().ToUpperInvariant();
        if (!(found.Length >= 4 && UnitOfType.TryGetValue(found[..4], out string? standard) && !NotLinear().IsMatch(found)
            && FitsUnits.TryConvert(Unit!, standard, out _)))
            throw flux.UnlikeOfOne($"row {row} of HDU {flux.Hdu.Label}: '{recipe.Type}' = '{found}' is not a linear axis in '{Unit}'. "
                + "Choose other columns for 'wavelength: { axis: … }'", isShared: false);
    }

    private double Read(FitsColumn? column, AxisNumber number, int row)
    {
        if (column is null)
            return number.Shared;
        if (FitsValues.CanReadAs<double>(column.Type))
        {
            double[] real = [0];
            table.Read<double>(column, row, 1, real);
            return real[0];
        }
        long[] integer = [0];
        table.Read<long>(column, row, 1, integer);
        return integer[0];
    }

    private FitsColumn? Number(AxisNumber number) => number.Column is not { } name ? null
        : Find(name) is var column && column is { IsVariableLength: false, Repeat: 1 }
        && (FitsValues.CanReadAs<double>(column.Type) || FitsValues.CanReadAs<long>(column.Type)) ? column
        : throw flux.Unlike($"HDU {flux.Hdu.Label}, column '{name}' should have one number per row, found TFORM {column.Form}");

    private FitsColumn Find(string name) => table.TryColumn(name, out FitsColumn? column) ? column
        : throw SchemaMismatchException.Unknown($"{flux.Path}, HDU {flux.Hdu.Label}", name, table.Columns.Select(c => c.Name),
            "Correct 'wavelength: { axis: … }' in the recipe's source");

    // FITS WCS paper III: FREQ-LOG, WAVE-TAB, FREQ-W2F. Others name a frame of reference, as FREQ-OBS of AIPS.
    [GeneratedRegex("^.{4}-(LOG|TAB|[A-Z]2[A-Z]|GR[IA])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex NotLinear();
}
