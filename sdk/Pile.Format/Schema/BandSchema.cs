namespace Pile.Format;

/// <summary>What holds for one band of an image column in every row.</summary>
public sealed record BandSchema
{
    /// <summary>The band's name, as <c>image_band</c> has it.</summary>
    public required string Name { get; init; }

    /// <summary>The unit of its pixels, where bands differ.</summary>
    public string? Unit { get; init; }

    /// <summary>Effective wavelength in Å.</summary>
    public double? WavelengthAngstrom { get; init; }

    /// <summary>Magnitude of one unit of flux.</summary>
    public double? ZeroPointMag { get; init; }

    /// <summary>What the bits or codes of its integer mask mean, in the survey's words.</summary>
    public string? MaskBits { get; init; }
}
