namespace Pile.Drawing;

/// <summary>A spectrum to draw: arrays of the same length, and their meaning.</summary>
public sealed record SpectrumArrays
{
    /// <summary>Observed wavelengths in Å, shape [n]; values that are not above 0 are padding.</summary>
    public required ReadOnlyMemory<double> WavelengthAngstrom { get; init; }

    /// <summary>Flux density, shape [n], in <see cref="FluxUnit"/>.</summary>
    public required ReadOnlyMemory<float> Flux { get; init; }

    /// <summary>Inverse variance of the flux, shape [n], or empty, in which case no noise is drawn. 0 means no measurement.</summary>
    public ReadOnlyMemory<float> Ivar { get; init; }

    /// <summary>True where a pixel is bad, shape [n], or empty, in which case all pixels are good.</summary>
    public ReadOnlyMemory<bool> Mask { get; init; }

    /// <summary>Model flux in the same unit, shape [n], or empty, in which case no model is drawn.</summary>
    public ReadOnlyMemory<float> Model { get; init; }

    /// <summary>Unit of the flux for display, such as "10⁻¹⁷ erg s⁻¹ cm⁻² Å⁻¹"; empty if unknown.</summary>
    public string FluxUnit { get; init; } = "";

    /// <summary>The medium in which the wavelengths were measured.</summary>
    public required WavelengthMedium Medium { get; init; }

    /// <summary>Redshift; null if unknown, in which case no lines are labelled.</summary>
    public double? Z { get; init; }

    /// <summary>False if the dataset does not say whether its wavelengths are in vacuum or air: the axis then says so.</summary>
    internal bool IsMediumDeclared { get; init; } = true;

    /// <summary>The quantity on the vertical axis.</summary>
    internal string Quantity { get; init; } = "Flux";

    internal void ThrowIfInconsistent()
    {
        int n = WavelengthAngstrom.Length;
        if (Flux.Length != n || IsOff(Ivar.Length) || IsOff(Mask.Length) || IsOff(Model.Length))
            throw new ArgumentException($"Expected arrays of the same length, got {n} wavelengths, {Flux.Length} fluxes, "
                + $"{Ivar.Length} ivar, {Mask.Length} mask and {Model.Length} model values.");

        bool IsOff(int length) => length != 0 && length != n;
    }

    internal bool[] Good()
    {
        ReadOnlySpan<double> wavelength = WavelengthAngstrom.Span;
        ReadOnlySpan<float> flux = Flux.Span, ivar = Ivar.Span;
        ReadOnlySpan<bool> mask = Mask.Span;
        var good = new bool[wavelength.Length];
        for (int i = 0; i < good.Length; i++)
            good[i] = wavelength[i] > 0 && double.IsFinite(wavelength[i]) && float.IsFinite(flux[i])
                && (mask.IsEmpty || !mask[i]) && (ivar.IsEmpty || ivar[i] > 0);
        return good;
    }
}

/// <summary>How a spectrum is drawn.</summary>
public sealed record SpectrumPlotOptions
{
    /// <summary>Title above the plot; empty for none.</summary>
    public string Title { get; init; } = "";

    /// <summary>Width of the drawing in pixels; pages reduce it to fit.</summary>
    public int WidthPx { get; init; } = 960;

    /// <summary>Height of the drawing in pixels.</summary>
    public int HeightPx { get; init; } = 420;

    /// <summary>The number of pixels of a running mean, weighted by the inverse variance and drawn over the flux; 1 (the default) for
    /// none.</summary>
    public int SmoothPixels { get; init; } = 1;

    /// <summary>True to draw a second axis of wavelengths in the rest frame, if the redshift is known.</summary>
    public bool ShowsRestFrame { get; init; }

    /// <summary>True to shade the pixels that are masked or have no value.</summary>
    public bool ShowsMasked { get; init; }

    /// <summary>The lines to label if the redshift is known and they are in the range.</summary>
    public IReadOnlyList<SpectralLine> Lines { get; init; } = SpectralLines.Usual;
}
