using System.Collections.Immutable;
using Pile.Fits;
using Pile.Format;

namespace Pile.Writing.Schemas;

/// <summary>Resolves a column by its name: either the modality defines it, or it is the survey's own.</summary>
internal static class StandardColumns
{
    internal const string ObjectId = "object_id", Mjd = "mjd", MjdEnd = "mjd_end";

    /// <summary>What to do about a column whose name the format reserves or does not allow.</summary>
    internal const string RenameRemedy = "Rename or exclude it in the recipe's source, or rename it in the builder";

    /// <summary>Returns the column as the dataset declares it: role and storage follow from the format and not from the batch.</summary>
    /// <remarks>A survey's own column with the name of an optional common column, but another type or unit (integers, degrees, a night
    /// instead of an instant), remains the survey's own.</remarks>
    /// <exception cref="SchemaMismatchException">The name is reserved, or the column contradicts the modality's definition of that
    /// name.</exception>
    internal static ColumnSchema Resolve(Modality modality, ColumnSchema column, string source, string? timeScale)
    {
        string name = column.Name;
        if (ColumnNames.FindFault(name) is { } fault)
            throw new SchemaMismatchException(source, name, fault, RenameRemedy);
        if (name == (modality.HasPositions ? Partition.Healpix : IndexKey.HashColumn) || ColumnNames.IsReserved(name))
            throw new SchemaMismatchException(source, name, "the name is reserved for a column that the writer adds",
                RenameRemedy);
        if (column.Encoding is { } encoding
            && column is not { DType: DType.UInt8, Shape: [ColumnSchema.Ragged], Nested: null })
            throw new SchemaMismatchException(source, name,
                $"a column of files of encoding '{encoding}' must be ragged bytes (uint8)",
                "Store the bytes of the files in a ragged column");
        if (column.Codec is not (PieceCodec.None or PieceCodec.ShuffleDeflate))
            throw new SchemaMismatchException(source, name,
                $"the codec must be {PieceCodec.None} or {PieceCodec.ShuffleDeflate}, found {column.Codec}", "Choose one of the two");

        if (modality.Find(name) is not { } definition
            || (column.Role == ColumnRole.Native && modality.Shared.Find(name) is { IsRequired: false }
                && !Conforms(column, definition, timeScale)))
            return column with
            {
                Role = ColumnRole.Native,
                Storage = column.IsOutside ? column.Storage : NativeStorage(column, source),
                IsList = IsListOf(column),
                IndexName = null,
            };

        if (!column.IsOutside && !definition.DTypes.Contains(column.DType) && column.DType.IsInteger()
            && definition.DTypes.FirstOrDefault(DTypes.IsInteger, DType.String) is var integer and not DType.String)
            column = column with { DType = integer }; // the values are converted later, or rejected one by one
        if (!definition.DTypes.Contains(column.DType) || definition.Dims.Length != column.Shape.Length)
            throw new SchemaMismatchException(source, name,
                $"the modality '{modality.Name}' defines it as {string.Join(" or ", definition.DTypes.Select(t => t.Name()))} of rank "
                    + $"{definition.Dims.Length}, found {column.DType.Name()} of rank {column.Shape.Length}",
                "Convert it, or give the survey's own column another name");
        if (definition.Unit is { } unit && !FitsUnits.AreEqual(column.Unit, unit)
            && (column.Role == ColumnRole.Native || column.Unit is not null))
            throw new SchemaMismatchException(source, name,
                $"the modality defines it in {unit}, found {(column.Unit is null ? "no unit" : $"'{column.Unit}'")}",
                "Convert it, or give the survey's own column another name");
        return column with
        {
            Role = ColumnRole.Standard,
            Storage = column.IsOutside ? RequireHeavy(column, definition, source) : definition.Storage,
            Unit = definition.Unit ?? column.Unit,
            Ucd = definition.Ucd ?? column.Ucd,
            Description = definition.Description ?? column.Description,
            Padding = definition.Padding,
            MaskPolarity = definition.MaskPolarity,
            IsList = column.IsRagged && definition.Storage == ColumnStorage.Light,
            Encoding = definition.Encoding ?? column.Encoding,
            Nested = null,
            IndexName = null,
        };
    }

    /// <summary>Returns the codec of a column's values in shards. Files are already compressed, unless they are text.</summary>
    internal static PieceCodec CodecOf(ColumnSchema column, DatasetSpec spec) =>
        column.Storage != ColumnStorage.Heavy || column.Encoding is not (null or "json" or "yaml") ? PieceCodec.None
            : column.Codec == PieceCodec.None ? spec.Codec : column.Codec;

    private static ColumnStorage RequireHeavy(ColumnSchema column, ModalityColumn definition, string source) =>
        definition.Storage == ColumnStorage.Heavy ? column.Storage
        : throw new SchemaMismatchException(source, definition.Name, "it is a light column, whose values the index stores",
            "Read the values, and add them to the batch");

    /// <summary>Returns the column that follows from the key of rows, which the writer adds; null if the cells are tiles, which the
    /// batches name.</summary>
    internal static string? KeyOf(Modality modality) =>
        modality.HasTiles ? null : modality.HasPositions ? Partition.Healpix : IndexKey.HashColumn;

    private static bool IsListOf(ColumnSchema column) =>
        column.IsRagged && (column.IsList || column.Nested is not null || column.DType == DType.String);

    /// <summary>Returns the storage of a native column, which depends on its size. Ragged columns are heavy, unless they are text, in a
    /// nested group, or declared as lists.</summary>
    private static ColumnStorage NativeStorage(ColumnSchema column, string source)
    {
        if (column.Nested is { } group && !(column.Shape is [ColumnSchema.Ragged] && group.Length > 0
            && column.Name.StartsWith(group + ".", StringComparison.Ordinal) && column.Name.Length > group.Length + 1))
            throw new SchemaMismatchException(source, column.Name,
                $"a member of the nested group '{group}' must have the name '{group}.<member>' and contain lists",
                "Rename it, or leave it out of the group");
        if (IsListOf(column) && column.Shape is not [ColumnSchema.Ragged])
            throw new SchemaMismatchException(source, column.Name,
                $"lists in the index must have one axis, found {column.Shape.Length}",
                "Store it as a heavy column, or as several columns");
        return IsListOf(column) ? ColumnStorage.Light : ColumnSchema.StorageFor(column.DType, column.Shape.AsSpan(), column.StringBytes);
    }

    private static bool Conforms(ColumnSchema column, ModalityColumn definition, string? timeScale) =>
        definition.DTypes.Contains(column.DType) && definition.Dims.Length == column.Shape.Length
        && (definition.Unit is not { } unit || FitsUnits.AreEqual(column.Unit, unit))
        && (timeScale is not null || definition.Name is not (Mjd or MjdEnd));

    /// <summary>Returns the rank of a standard column: common columns first, then those of the modality, group by group.</summary>
    internal static (int Level, string Group, int Place) RankOf(Modality modality, string name)
    {
        ImmutableArray<ModalityColumn> shared = modality.Shared.Columns;
        for (int i = 0; i < shared.Length; i++)
            if (shared[i].Name == name)
                return (0, "", i);
        string group = modality.GroupOf(name), prefix = modality.Group ?? "";
        for (int i = 0; i < modality.Columns.Length; i++)
            if (name == modality.Columns[i].Name || (modality.Columns[i].Name.StartsWith(prefix, StringComparison.Ordinal)
                && name == group + modality.Columns[i].Name[prefix.Length..]))
                return (1, group, i);
        return (2, "", 0);
    }
}
