using Pile.Fits;
using Pile.Format;

namespace Pile.Writing.Schemas;

/// <summary>What a column is by its name: defined by the modality, or the survey's own.</summary>
internal static class StandardColumns
{
    internal const string ObjectId = "object_id", Ra = "ra", Dec = "dec", Healpix = "healpix", Mjd = "mjd", MjdEnd = "mjd_end";

    /// <summary>The column as the dataset will declare it: role and storage follow from the format, not from who made the batch.</summary>
    /// <remarks>A survey's own column that is called as an optional common one and is not like it (integers, degrees, a night in place of an instant) stays the survey's.</remarks>
    /// <exception cref="SchemaMismatchException">The name is the format's own, or the column is not what the modality says of that name.</exception>
    internal static ColumnSchema Resolve(Modality modality, ColumnSchema column, string source, string? timeScale)
    {
        string name = column.Name;
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
            throw new SchemaMismatchException(source, name, "a name may not be empty and may not hold a NUL character", "Rename it in the builder");
        if (name is Healpix or ColumnNames.Healpix29 || name.StartsWith(ColumnNames.PiecePrefix, StringComparison.Ordinal))
            throw new SchemaMismatchException(source, name, "the writer makes a column of this name itself", "Rename it in the builder, or leave it out");
        if (column.Codec is not (PieceCodec.None or PieceCodec.ShuffleDeflate))
            throw new SchemaMismatchException(source, name, $"shards are written without filters or with shuffle and deflate, not as {column.Codec}", "Choose one of the two");

        if (modality.Find(name) is not { } definition
            || (column.Role == ColumnRole.Native && IsOptionalCommon(name) && !Conforms(column, definition, timeScale)))
            return column with
            {
                Role = ColumnRole.Native,
                Storage = ColumnSchema.StorageFor(column.DType, column.Shape.AsSpan(), column.StringBytes),
                IndexName = null,
            };

        if (!definition.DTypes.Contains(column.DType) || definition.Dims.Length != column.Shape.Length)
            throw new SchemaMismatchException(source, name,
                $"the modality '{modality.Name}' defines it as {string.Join(" or ", definition.DTypes.Select(t => t.Name()))} of rank {definition.Dims.Length}, found {column.DType.Name()} of rank {column.Shape.Length}",
                "Convert it, or give the survey's own column another name");
        if (definition.Unit is { } unit && !IsSameUnit(column.Unit, unit) && (column.Role == ColumnRole.Native || column.Unit is not null))
            throw new SchemaMismatchException(source, name, $"the modality defines it in {unit}, found {(column.Unit is null ? "no unit" : $"'{column.Unit}'")}",
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
            IndexName = null,
        };
    }

    private static bool IsOptionalCommon(string name) => Modality.Common.Find(name) is { IsRequired: false };

    private static bool Conforms(ColumnSchema column, ModalityColumn definition, string? timeScale) =>
        definition.DTypes.Contains(column.DType) && definition.Dims.Length == column.Shape.Length
        && (definition.Unit is not { } unit || IsSameUnit(column.Unit, unit))
        && (timeScale is not null || definition.Name is not (Mjd or MjdEnd));

    private static bool IsSameUnit(string? unit, string expected) => unit is not null && FitsUnits.TryConvert(unit, expected, out double factor) && factor == 1;

    /// <summary>The group of a standard column with axes, for example <c>image</c> or <c>image_wise</c>: axis names hold within one.</summary>
    internal static string GroupOf(Modality modality, string name)
    {
        string prefix = modality.Group ?? "";
        foreach (ModalityColumn column in modality.Columns)
            if (name == column.Name)
                return prefix;
        foreach (ModalityColumn column in modality.Columns)
            if (name.EndsWith(column.Name[prefix.Length..], StringComparison.Ordinal))
                return name[..^(column.Name.Length - prefix.Length)];
        return prefix;
    }

    /// <summary>Where a standard column stands among the others: the common ones first, then those of the modality, group by group.</summary>
    internal static (int Level, string Group, int Place) RankOf(Modality modality, string name)
    {
        for (int i = 0; i < Modality.Common.Columns.Length; i++)
            if (Modality.Common.Columns[i].Name == name)
                return (0, "", i);
        string group = GroupOf(modality, name), prefix = modality.Group ?? "";
        for (int i = 0; i < modality.Columns.Length; i++)
            if (name == group + modality.Columns[i].Name[prefix.Length..])
                return (1, group, i);
        return (2, "", 0);
    }
}
