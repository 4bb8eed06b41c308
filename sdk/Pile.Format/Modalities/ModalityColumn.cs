using System.Collections.Immutable;

namespace Pile.Format;

/// <summary>The definition of a column in its modality.</summary>
internal sealed record ModalityColumn
{
    /// <summary>The name on disk.</summary>
    public required string Name { get; init; }

    /// <summary>The allowed dtypes, the usual one first.</summary>
    public required ImmutableArray<DType> DTypes { get; init; }

    /// <summary>The names of the axes of one row, slowest first; axes with the same name have the same length within a row.</summary>
    public required ImmutableArray<string> Dims { get; init; }

    /// <summary>True if rows may differ in length.</summary>
    public bool MayBeRagged { get; init; }

    /// <summary>Whether the column is light or heavy.</summary>
    public required ColumnStorage Storage { get; init; }

    /// <summary>True for a column of rows with a position only, false for one of rows without; null for a column of both.</summary>
    public bool? OfPositions { get; init; }

    /// <summary>The frame of the rows that may have the column; null for any.</summary>
    public string? OfFrame { get; init; }

    /// <summary>True for a column of datasets partitioned by tiles only, false for one of other datasets; null for a column of
    /// both.</summary>
    public bool? OfTiles { get; init; }

    /// <summary>True if a dataset without the column is invalid.</summary>
    public bool IsRequired { get; init; }

    /// <summary>True if a dataset should have the column, but is valid without it.</summary>
    public bool IsRecommended { get; init; }

    /// <summary>The padding of ragged rows.</summary>
    public Padding Padding { get; init; }

    /// <summary>The polarity of a mask.</summary>
    public MaskPolarity? MaskPolarity { get; init; }

    /// <summary>True for times, which must declare their scale and zero point.</summary>
    public bool IsTime { get; init; }

    /// <summary>The axis whose actual lengths this column contains, for rows
    /// that are shorter than the axis; null for all other columns.</summary>
    public string? LengthsOf { get; init; }

    /// <summary>The format of bytes; null for other columns.</summary>
    public string? Encoding { get; init; }

    /// <summary>The unit; null if the modality does not define it.</summary>
    public string? Unit { get; init; }

    /// <summary>The UCD.</summary>
    public string? Ucd { get; init; }

    /// <summary>A description of one line.</summary>
    public string? Description { get; init; }

    /// <summary>Returns whether rows with positions in a frame, or without positions, in cells that are tiles or not, may have the
    /// column.</summary>
    public bool IsOf(PositionFrame? frame, bool hasTiles) => (OfPositions is null || OfPositions == frame is not null)
        && (OfFrame is null || OfFrame == frame?.Name) && (OfTiles is null || OfTiles == hasTiles);

    /// <summary>Returns the column of a dataset: this definition with an actual dtype and shape.</summary>
    /// <param name="type">One of <see cref="DTypes"/>.</param>
    /// <param name="shape">As many lengths as <see cref="Dims"/>.</param>
    /// <param name="unit">The unit, if the modality does not define it.</param>
    public ColumnSchema With(DType type, ImmutableArray<int> shape, string? unit = null) => new()
    {
        Name = Name,
        DType = type,
        Shape = shape,
        Storage = Storage,
        Role = ColumnRole.Standard,
        Encoding = Encoding,
        IsList = Storage == ColumnStorage.Light && shape.Contains(ColumnSchema.Ragged),
        Unit = Unit ?? unit,
        Ucd = Ucd,
        Description = Description,
        Padding = Padding,
        MaskPolarity = MaskPolarity,
    };
}
