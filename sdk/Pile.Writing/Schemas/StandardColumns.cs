using Pile.Fits;
using Pile.Format;
using Pile.Writing.Rules;

namespace Pile.Writing.Schemas;

/// <summary>What a column is by its name: defined by the modality, or the survey's own.</summary>
internal static class StandardColumns
{
    internal const string ObjectId = "object_id", Ra = "ra", Dec = "dec", Healpix = "healpix", Mjd = "mjd", MjdEnd = "mjd_end";

    /// <summary>The column as the dataset will declare it: role and storage follow from the format, not from who made the batch.</summary>
    /// <remarks>A survey's own column that is called as an optional common one and is not like it (integers, degrees, a night in place of
    /// an instant) stays the survey's.</remarks>
    /// <exception cref="SchemaMismatchException">The name is the format's own, or the column is not what the modality says of that
    /// name.</exception>
    internal static ColumnSchema Resolve(Modality modality, ColumnSchema column, string source, string? timeScale)
    {
        string name = column.Name;
        if (ColumnNames.FindFault(name) is { } fault)
            throw new SchemaMismatchException(source, name, fault, "Rename it in the builder");
        if (name == Healpix || name.Equals(ColumnNames.Healpix29, StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(ColumnNames.PiecePrefix, StringComparison.OrdinalIgnoreCase))
            throw new SchemaMismatchException(source, name, "the writer makes a column of this name itself",
                "Rename it in the builder, or leave it out");
        if (column.Encoding is { } encoding
            && column is not { DType: DType.UInt8, Shape: [ColumnSchema.Ragged], IsList: false, Nested: null })
            throw new SchemaMismatchException(source, name,
                $"rows that are files of encoding '{encoding}' are bytes (uint8) of differing length", "Give the files' bytes, ragged");
        if (column.Codec is not (PieceCodec.None or PieceCodec.ShuffleDeflate))
            throw new SchemaMismatchException(source, name,
                $"shards are written without filters or with shuffle and deflate, not as {column.Codec}", "Choose one of the two");

        if (modality.Find(name) is not { } definition
            || (column.Role == ColumnRole.Native && IsOptionalCommon(name) && !Conforms(column, definition, timeScale)))
            return column with
            {
                Role = ColumnRole.Native,
                Storage = NativeStorage(column, source),
                IsList = IsListOf(column),
                IndexName = null,
            };

        if (!definition.DTypes.Contains(column.DType) && IntegerConversion.IsInteger(column.DType)
            && definition.DTypes.FirstOrDefault(IntegerConversion.IsInteger, DType.String) is var integer and not DType.String)
            column = column with { DType = integer }; // the values follow, or are refused one by one
        if (!definition.DTypes.Contains(column.DType) || definition.Dims.Length != column.Shape.Length)
            throw new SchemaMismatchException(source, name,
                $"the modality '{modality.Name}' defines it as {string.Join(" or ", definition.DTypes.Select(t => t.Name()))} of rank "
                    + $"{definition.Dims.Length}, found {column.DType.Name()} of rank {column.Shape.Length}",
                "Convert it, or give the survey's own column another name");
        if (definition.Unit is { } unit && !IsSameUnit(column.Unit, unit) && (column.Role == ColumnRole.Native || column.Unit is not null))
            throw new SchemaMismatchException(source, name,
                $"the modality defines it in {unit}, found {(column.Unit is null ? "no unit" : $"'{column.Unit}'")}",
                "Convert it, or give the survey's own column another name");
        return column with
        {
            Role = ColumnRole.Standard,
            Storage = definition.Storage,
            Unit = definition.Unit ?? column.Unit,
            Ucd = definition.Ucd ?? column.Ucd,
            Description = definition.Description ?? column.Description,
            Padding = definition.Padding,
            MaskPolarity = definition.MaskPolarity,
            IsList = column.IsRagged && definition.Storage == ColumnStorage.Light,
            Nested = null,
            IndexName = null,
        };
    }

    private static bool IsListOf(ColumnSchema column) =>
        column.IsRagged && (column.IsList || column.Nested is not null || column.DType == DType.String);

    /// <summary>A native column is heavy or light by its size; ragged ones are heavy, unless they are text, in a nested group, or asked for
    /// as lists.</summary>
    private static ColumnStorage NativeStorage(ColumnSchema column, string source)
    {
        if (column.Nested is { } group && !(column.Shape is [ColumnSchema.Ragged] && group.Length > 0
            && column.Name.StartsWith(group + ".", StringComparison.Ordinal) && column.Name.Length > group.Length + 1))
            throw new SchemaMismatchException(source, column.Name,
                $"a member of the nested group '{group}' is called '{group}.<member>' and has lists of differing length",
                "Rename it, or leave it out of the group");
        if (IsListOf(column) && column.Shape is not [ColumnSchema.Ragged])
            throw new SchemaMismatchException(source, column.Name,
                $"lists of differing length in the index have one axis, found {column.Shape.Length}",
                "Make it heavy, or one column for each place");
        return IsListOf(column) ? ColumnStorage.Light : ColumnSchema.StorageFor(column.DType, column.Shape.AsSpan(), column.StringBytes);
    }

    private static bool IsOptionalCommon(string name) => Modality.Common.Find(name) is { IsRequired: false };

    private static bool Conforms(ColumnSchema column, ModalityColumn definition, string? timeScale) =>
        definition.DTypes.Contains(column.DType) && definition.Dims.Length == column.Shape.Length
        && (definition.Unit is not { } unit || IsSameUnit(column.Unit, unit))
        && (timeScale is not null || definition.Name is not (Mjd or MjdEnd));

    private static bool IsSameUnit(string? unit, string expected) =>
        unit is not null && FitsUnits.TryConvert(unit, expected, out double factor) && factor == 1;

    /// <summary>Where a standard column stands among the others: the common ones first, then those of the modality, group by
    /// group.</summary>
    internal static (int Level, string Group, int Place) RankOf(Modality modality, string name)
    {
        for (int i = 0; i < Modality.Common.Columns.Length; i++)
            if (Modality.Common.Columns[i].Name == name)
                return (0, "", i);
        string group = modality.GroupOf(name), prefix = modality.Group ?? "";
        for (int i = 0; i < modality.Columns.Length; i++)
            if (name == modality.Columns[i].Name || (modality.Columns[i].Name.StartsWith(prefix, StringComparison.Ordinal)
                && name == group + modality.Columns[i].Name[prefix.Length..]))
                return (1, group, i);
        return (2, "", 0);
    }
}
