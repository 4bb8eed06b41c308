using Pile.Format;
using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>Finds the companions of columns, as Pile's shards and its exports for the Multimodal Universe have them: in
/// <c>x_isnull</c> a boolean for each row, in <c>x_shape</c> an integer for each row and axis of <c>x</c>.</summary>
/// <remarks>Without them, the padding of shorter rows would be samples, and missing values would be numbers.</remarks>
internal static class CompanionFields
{
    /// <summary>Returns the columns of a table without their companions, which become a part of them.</summary>
    internal static List<(SourceField Field, ForeignDataset Dataset)> Join(List<(SourceField Field, ForeignDataset Dataset)> fields)
    {
        Dictionary<string, CompanionField> ofName = fields.ToDictionary(field => field.Field.Name,
            field => new CompanionField(field.Field, field.Dataset), StringComparer.Ordinal);
        HashSet<string> companions = new(StringComparer.Ordinal);
        List<(SourceField Field, ForeignDataset Dataset)> columns = new(fields.Count);
        foreach ((SourceField field, ForeignDataset dataset) in fields)
            columns.Add((field with
            {
                NullFlags = Find(ColumnNames.IsNull(field.Name), other => AreNullFlags(field, other)),
                RowShapes = Find(ColumnNames.Shape(field.Name), other => AreShapes(field, other)),
            }, dataset));
        return companions.Count is 0 ? fields : [.. columns.Where(column => !companions.Contains(column.Field.Name))];

        CompanionField? Find(string name, Func<SourceField, bool> condition)
        {
            if (!ofName.TryGetValue(name, out CompanionField? found) || !condition(found.Field))
                return null;
            companions.Add(name);
            return found;
        }
    }

    private static bool AreNullFlags(SourceField field, SourceField other) => !field.IsMember
        && other is { IsMember: false, Obstacle: null, Shape.IsEmpty: true, Type.DType: DType.Bool };

    private static bool AreShapes(SourceField field, SourceField other) => field is { IsMember: false, Type.Kind: not FieldKind.Sequence }
        && other is { IsMember: false, Obstacle: null, Type.Kind: FieldKind.Number, Type.Categories.IsEmpty: true, Shape: [var axes] }
        && other.Type.DType.IsInteger() && axes == field.Shape.Length;
}
