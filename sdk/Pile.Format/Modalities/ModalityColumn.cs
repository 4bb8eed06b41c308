using System.Collections.Immutable;

namespace Pile.Format;

/// <summary>A column as its modality defines it.</summary>
internal sealed record ModalityColumn
{
    /// <summary>The name on disk.</summary>
    public required string Name { get; init; }

    /// <summary>The dtypes allowed, the usual one first.</summary>
    public required ImmutableArray<DType> DTypes { get; init; }

    /// <summary>The axes of one row by name, slowest first; one name is one length within a row.</summary>
    public required ImmutableArray<string> Dims { get; init; }

    /// <summary>True when rows may differ in length.</summary>
    public bool MayBeRagged { get; init; }

    /// <summary>Where it is kept.</summary>
    public required ColumnStorage Storage { get; init; }

    /// <summary>True when a dataset without it is invalid.</summary>
    public bool IsRequired { get; init; }

    /// <summary>What fills ragged rows.</summary>
    public Padding Padding { get; init; }

    /// <summary>How a mask is to be read.</summary>
    public MaskPolarity? MaskPolarity { get; init; }

    /// <summary>True for times, which must say their scale and zero point.</summary>
    public bool IsTime { get; init; }

    /// <summary>The axis whose true lengths the column's elements are, where rows are shorter than the axis; null for all other
    /// columns.</summary>
    public string? LengthsOf { get; init; }

    /// <summary>The unit, where the modality fixes it.</summary>
    public string? Unit { get; init; }

    /// <summary>The UCD.</summary>
    public string? Ucd { get; init; }

    /// <summary>One line of prose.</summary>
    public string? Description { get; init; }

    /// <summary>The column of a dataset: this definition with an actual dtype and shape.</summary>
    /// <param name="type">One of <see cref="DTypes"/>.</param>
    /// <param name="shape">As many lengths as <see cref="Dims"/>.</param>
    /// <param name="unit">The unit, where the modality leaves it open.</param>
    public ColumnSchema With(DType type, ImmutableArray<int> shape, string? unit = null) => new()
    {
        Name = Name,
        DType = type,
        Shape = shape,
        Storage = Storage,
        Role = ColumnRole.Standard,
        Unit = Unit ?? unit,
        Ucd = Ucd,
        Description = Description,
        Padding = Padding,
        MaskPolarity = MaskPolarity,
    };
}
