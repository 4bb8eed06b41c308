namespace Pile.Format;

/// <summary>The properties of one band of an image column, the same for every row.</summary>
public sealed record BandSchema
{
    /// <summary>The band's name, as in <c>image_band</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The unit of its pixels, if bands differ.</summary>
    public string? Unit { get; init; }

    /// <summary>The effective wavelength in Å.</summary>
    public double? WavelengthAngstrom { get; init; }

    /// <summary>The magnitude of one unit of flux.</summary>
    public double? ZeroPointMag { get; init; }

    /// <summary>The meaning of the bits or codes of its integer mask, in the survey's words.</summary>
    public string? MaskBits { get; init; }
}
