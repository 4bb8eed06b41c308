using System.Collections.Immutable;
using System.Globalization;
using Pile.Fits;
using Pile.Format;

namespace Pile.Writing.Schemas;

/// <summary>Determines the factor by which an alias converts its native column to its unit.</summary>
internal static class AliasUnits
{
    /// <summary>Returns the aliases with their factors. An alias without a unit gets its column's; a column without a unit is not
    /// converted.</summary>
    /// <exception cref="SchemaMismatchException">The column's unit cannot be converted to the alias's by a factor.</exception>
    internal static ImmutableArray<AliasSchema> Resolve(ImmutableArray<AliasSchema> aliases, DatasetSchema schema) =>
        [.. aliases.Select(a => schema.Columns.FirstOrDefault(c => c.Name == a.Native) is { } column ? Resolve(a, column) : a)];

    private static AliasSchema Resolve(AliasSchema alias, ColumnSchema column)
    {
        // A factor from the builder is not checked.
        if (string.IsNullOrEmpty(column.Unit) || alias.Unit == column.Unit || alias.Scale != 1)
            return alias;
        if (alias.Unit is null)
            return alias with { Unit = column.Unit };
        if (!UnitFactors.TryConvert(column.Unit, alias.Unit, 1, out double factor))
            throw new SchemaMismatchException($"alias '{alias.Name}'", column.Name,
                $"its unit '{column.Unit}' cannot be converted to '{alias.Unit}' by a factor",
                "Correct the alias's unit, or compute it with expr");
        return factor != 1 && column.DType is DType.Bool or DType.String
            ? throw new SchemaMismatchException($"alias '{alias.Name}'", column.Name,
                $"{column.DType.Name()} cannot be converted from '{column.Unit}' to '{alias.Unit}' (× "
                    + $"{factor.ToString(CultureInfo.InvariantCulture)})",
                "Leave the alias's unit out, or compute it with expr")
            : alias with { Scale = factor };
    }
}
