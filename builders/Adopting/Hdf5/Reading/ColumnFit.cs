using Pile.Format;

namespace Pile.Adopting;

/// <summary>Decides whether the field of a file has values of a planned column.</summary>
internal static class ColumnFit
{
    /// <summary>Returns true if the values of a field can be values of a column.</summary>
    internal static bool Fits(PlannedColumn plan, SourceField field)
    {
        ColumnSchema input = plan.Input;
        if (field.Obstacle is not null || field.Shape.Length != input.Shape.Length)
            return false;
        for (int axis = 0; axis < field.Shape.Length; axis++)
            if (input.Shape[axis] != field.Shape[axis] && input.Shape[axis] != ColumnSchema.Ragged)
                return false;
        if (input.DType is DType.String || field.Type.DType is DType.String)
            return input.DType == field.Type.DType;
        return plan.IsReference ? field.ReferenceObstacle is null && field.Type.DType == input.DType
            : DTypes.TryPromote(field.Type.DType, input.DType, out DType promoted) && promoted == input.DType
                && field.Type.Kind is FieldKind.Number;
    }

    /// <summary>Returns the finding about rows whose chunks were never written.</summary>
    internal static string Unwritten(PlannedColumn plan) =>
        $"the column '{plan.Name}' has rows that were never written; they have no value";

    /// <summary>Returns the finding about texts that are not UTF-8.</summary>
    internal static string Latin(PlannedColumn plan) => $"the column '{plan.Name}' has texts that are not UTF-8; they are read as Latin-1";
}
