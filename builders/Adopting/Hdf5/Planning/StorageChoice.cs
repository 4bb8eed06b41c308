using Pile.Format;

namespace Pile.Adopting;

/// <summary>Decides whether a column is read, or remains in the files.</summary>
internal static class StorageChoice
{
    /// <summary>The largest light row of a column that a modality defines.</summary>
    private const int MaxLightBytes = 1 << 20;

    /// <summary>Returns the column as it is read.</summary>
    /// <param name="column">The column of all files together.</param>
    /// <param name="definition">The definition of the modality; null for the survey's own column.</param>
    /// <param name="reason">Why the column is left out, if null is returned.</param>
    internal static ColumnSchema? Of(MergedColumn column, ModalityColumn? definition, out string reason)
    {
        reason = "";
        if (column.Usable is 0)
            return Left(column.Obstacle is { } obstacle ? $"{obstacle.Reason} ({obstacle.Place})" : "no file has usable values",
                out reason);
        if (ColumnNames.FindFault(column.Name) is { } fault)
            return Left(fault, out reason);
        bool isRagged = column.Shape.Contains(ColumnSchema.Ragged);
        ColumnSchema schema = new()
        {
            Name = column.Name,
            DType = column.DType,
            Shape = column.Shape,
            Unit = column.Meaning.Unit,
            Description = column.Description,
            Ucd = column.Ucd,
            Time = column.Time,
            SpectralMedium = column.SpectralMedium,
        };
        if (definition is null && schema.SpectralMedium is not null)
            schema = AsWavelengths(schema);
        if (column.IsText && column.Shape.Contains(0))
            return Left("its rows have no elements", out reason);
        if (column.IsText)
            return !isRagged || column.Shape.Length is 1 ? schema with { IsList = isRagged }
                : Left("arrays of texts with several axes differ in shape between rows", out reason);
        bool isHeavy = definition is not null ? definition.Storage is ColumnStorage.Heavy
            : isRagged || ColumnSchema.StorageFor(column.DType, column.Shape.AsSpan()) is ColumnStorage.Heavy;
        if (!isHeavy && !column.IsSequence && (!isRagged || column.Shape.Length is 1) && IsSmall(column))
            return schema with
            {
                IsList = isRagged,
                Categories = column.Shape.IsEmpty ? column.Meaning.Categories : [],
                Sentinels = column.DType is DType.Bool ? [] : column.Meaning.Sentinels,
            };
        return column.Locatable > 0 ? schema with { DType = column.FirstDType, Storage = ColumnStorage.Reference }
            : Left(column.ReferenceObstacle is { } why ? $"{why.Reason} ({why.Place})" : "its values cannot be located", out reason);
    }

    // A native column is one of wavelengths by its UCD.
    private static ColumnSchema AsWavelengths(ColumnSchema column)
    {
        ColumnSchema declared = column with { Ucd = column.Ucd ?? ColumnMeaning.WavelengthUcd };
        return ColumnMeaning.IsWavelength(declared) ? declared : column with { SpectralMedium = null };
    }

    private static ColumnSchema? Left(string why, out string reason)
    {
        reason = why;
        return null;
    }

    private static bool IsSmall(MergedColumn column)
    {
        Int128 bytes = column.DType.ElementBytes();
        foreach (int length in column.Shape)
            bytes *= Math.Max(length, 1);
        return bytes <= MaxLightBytes;
    }
}
