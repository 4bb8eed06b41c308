using Pile.Format;

namespace Pile.Layers;

/// <summary>Compares units of tables and fields: numbers are stored as they are, so that a field has one unit.</summary>
internal static class FieldUnits
{
    /// <summary>Compares units by their text alone, where no library of units is at hand: of two spellings of one unit an error is
    /// reported, and never a number in the wrong unit.</summary>
    internal static Func<string, string, bool> ByText { get; } = static (a, b) => a == b;

    /// <summary>Requires that the values of a column are in the unit of their field. A column without a unit is taken to be.</summary>
    /// <param name="column">The column.</param>
    /// <param name="field">The field that it is for.</param>
    /// <param name="table">The table, for messages.</param>
    /// <param name="areSame">Returns whether two texts are the same unit.</param>
    /// <exception cref="SchemaMismatchException">The units differ, or that of the field is unknown.</exception>
    internal static void Require(ColumnSchema column, LayerField field, string table, Func<string, string, bool> areSame)
    {
        if (field.Type.Kind is not (FieldKind.Scalar or FieldKind.List) || string.IsNullOrWhiteSpace(column.Unit))
            return;
        if (string.IsNullOrWhiteSpace(field.Unit))
            throw new SchemaMismatchException(table, column.Name, $"the unit is '{column.Unit}', but the field '{field.Name}' has no unit, "
                + "so that the unit of its earlier values is unknown",
                $"If they are in '{column.Unit}', too, remove the unit of the column; otherwise write it to a field of another name");
        if (!areSame(column.Unit, field.Unit))
            throw new SchemaMismatchException(table, column.Name, $"the unit is '{column.Unit}', but that of the field '{field.Name}' is "
                + $"'{field.Unit}'", $"Convert the column to '{field.Unit}'; or remove its unit if the values are in '{field.Unit}'");
    }

    /// <summary>Describes the units of two definitions of a field; null if they are the same.</summary>
    /// <param name="theirs">The field of the layer.</param>
    /// <param name="mine">The field of the change.</param>
    /// <param name="areSame">Returns whether two texts are the same unit.</param>
    internal static string? FaultOf(LayerField theirs, LayerField mine, Func<string, string, bool> areSame)
    {
        if (theirs.Type.Kind is not (FieldKind.Scalar or FieldKind.List)
            || (string.IsNullOrWhiteSpace(theirs.Unit) && string.IsNullOrWhiteSpace(mine.Unit))
            || (theirs.Unit is { } a && mine.Unit is { } b && areSame(a, b)))
            return null;
        return $"{TextOf(theirs)}, but its values here have {TextOf(mine)}";

        static string TextOf(LayerField field) => string.IsNullOrWhiteSpace(field.Unit) ? "no unit" : $"the unit '{field.Unit}'";
    }
}
