using Pile.Format;

namespace Pile.Adopting;

/// <summary>Names the columns of the dataset: as in the files, unless the format reserves the name.</summary>
internal sealed class OutputNames
{
    /// <summary>The HEALPix pixel that the files have; Pile computes its own.</summary>
    internal const string SourceHealpix = "source_healpix";

    private readonly HashSet<string> taken;
    private readonly HashSet<string> companions = new(StringComparer.Ordinal);
    private readonly bool hasPositions;

    /// <param name="inputs">The columns that are read, by the names in the files, and whether the modality defines a column of this name in
    /// another way.</param>
    /// <param name="hasPositions">True if rows have positions.</param>
    internal OutputNames(IEnumerable<(ColumnSchema Schema, bool IsContradicting)> inputs, bool hasPositions)
    {
        this.hasPositions = hasPositions;
        taken = new(hasPositions ? ["object_id", "ra", "dec", "healpix"] : ["object_id", IndexKey.HashColumn], StringComparer.Ordinal);
        foreach ((ColumnSchema input, bool isContradicting) in inputs)
        {
            Reserve(input, input.Name, companions);
            if (isContradicting)
                Reserve(input, ColumnNames.Native(input.Name), taken); // its companions have its new name
        }
    }

    /// <summary>Returns the name of a column.</summary>
    /// <param name="input">The column.</param>
    /// <param name="isContradicting">True if the modality defines a column of this name in another way.</param>
    internal string Of(ColumnSchema input, bool isContradicting)
    {
        string name = input.Name;
        bool isHealpix = hasPositions && name == "healpix" && input.IsScalar && input.DType.IsInteger();
        bool isReserved = isContradicting || taken.Contains(name) || companions.Contains(name)
            || name.StartsWith(ColumnNames.PiecePrefix, StringComparison.OrdinalIgnoreCase)
            || name.Equals(ColumnNames.Healpix29, StringComparison.OrdinalIgnoreCase);
        return ColumnNames.Free(isHealpix ? SourceHealpix : isReserved ? ColumnNames.Native(name) : name, taken);
    }

    private static void Reserve(ColumnSchema input, string name, HashSet<string> reserved)
    {
        if (input.IsRagged || input.Storage is ColumnStorage.Reference) // a reference has a shape of its own, even if all are equal
            reserved.Add(ColumnNames.Shape(name));
        reserved.Add(ColumnNames.IsNull(name));
    }
}
