using Pile.Builders.Sources.LightCurve;
using Pile.Format;
using Pile.Tables;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Numbers of the objects that a recipe takes from columns of the catalogue.</summary>
/// <param name="path">The catalogue, for messages.</param>
/// <param name="targets">The objects.</param>
internal sealed class CatalogueNumbers(string path, Targets targets)
{
    private const string Day = "d";

    /// <summary>Returns the values of a column for all objects; NaN if missing.</summary>
    /// <param name="column">The column's name in the dataset.</param>
    /// <param name="unit">The unit to convert to. A column without a unit has this one.</param>
    /// <param name="key">The key of the recipe that names the column.</param>
    /// <exception cref="SchemaMismatchException">There is no such column, or it does not hold numbers of this unit.</exception>
    internal double[] Of(string column, string unit, string key)
    {
        string remedy = $"Correct '{key}' in the recipe's source";
        ColumnData data = targets.Native.FirstOrDefault(c => c.Schema.Name == column)
            ?? throw SchemaMismatchException.Unknown(path, column, targets.Native.Select(c => c.Schema.Name), remedy);
        double factor = 1;
        if (!data.Schema.IsScalar || (data.Schema.Unit is { Length: > 0 } from
            && !(unit == Day ? Units.TryDays(from, out factor) : Units.TryConvert(from, unit, out factor))))
            throw new SchemaMismatchException(path, column,
                $"expected one number per row in {unit}, found {data.Schema} in '{data.Schema.Unit}'", remedy)
            { IsOfCaller = true };
        double[] values = SampleColumns.Float64(data, path);
        for (int i = 0; factor != 1 && i < values.Length; i++)
            values[i] *= factor;
        return values;
    }
}
