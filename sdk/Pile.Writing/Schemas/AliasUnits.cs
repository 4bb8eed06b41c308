using System.Collections.Immutable;
using System.Globalization;
using Pile.Fits;
using Pile.Format;

namespace Pile.Writing.Schemas;

/// <summary>Settles, once all columns are known, what an alias multiplies its native column by to be in the unit it promises.</summary>
internal static class AliasUnits
{
    /// <summary>The aliases with their factors. An alias that says no unit has its column's; a column without a unit has the
    /// alias's.</summary>
    /// <exception cref="SchemaMismatchException">No factor leads from the column's unit to the alias's.</exception>
    internal static ImmutableArray<AliasSchema> Resolve(ImmutableArray<AliasSchema> aliases, DatasetSchema schema) =>
        [.. aliases.Select(a => schema.Columns.FirstOrDefault(c => c.Name == a.Native) is { } column ? Resolve(a, column) : a)];

    private static AliasSchema Resolve(AliasSchema alias, ColumnSchema column)
    {
        // A builder that gives a factor knows what it does.
        if (string.IsNullOrEmpty(column.Unit) || alias.Unit == column.Unit || alias.Scale != 1)
            return alias;
        if (alias.Unit is null)
            return alias with { Unit = column.Unit };
        if (!FitsUnits.TryConvert(column.Unit, alias.Unit, out double factor))
            throw new SchemaMismatchException($"alias '{alias.Name}'", column.Name,
                $"no factor leads from its unit '{column.Unit}' to '{alias.Unit}'",
                "Correct the alias's unit, or compute it with expr");
        return factor != 1 && column.DType is DType.Bool or DType.String
            ? throw new SchemaMismatchException($"alias '{alias.Name}'", column.Name,
                $"{column.DType.Name()} cannot be converted from '{column.Unit}' to '{alias.Unit}' (× "
                    + $"{factor.ToString(CultureInfo.InvariantCulture)})",
                "Leave the alias's unit out, or compute it with expr")
            : alias with { Scale = factor };
    }
}
