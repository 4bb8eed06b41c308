namespace Pile.Publishing;

/// <summary>The columns that layouts of images have in common.</summary>
internal static class ImageLayoutColumns
{
    private const int Size = 160;

    /// <summary>Adds pixels, inverse variance, mask, bands, PSF and scale; true marks a good pixel.</summary>
    /// <param name="table">The table.</param>
    /// <param name="bands">The number of bands.</param>
    /// <param name="hasOneMask">True if the mask applies to all bands: the stored masks of the bands are then combined.</param>
    internal static void Add(MmuTable table, int bands, bool hasOneMask)
    {
        foreach (string name in (ReadOnlySpan<string>)["image_array", "image_ivar"])
            table.RequireShape(table.AddRequiredAs(name), bands, Size, Size);
        foreach (string name in (ReadOnlySpan<string>)["image_band", "image_psf_fwhm", "image_scale"])
            table.RequireShape(table.AddRequiredAs(name), bands);
        if (table.RequireMask("image_mask", "image_dq") is not { } mask)
            return;
        bool isOne = mask.Shape.Length == 2;
        if (hasOneMask && isOne)
            table.RequireShape(mask, Size, Size);
        else
            table.RequireShape(mask, bands, Size, Size);
        table.Add(new MaskColumn("image_mask", mask, marksGood: true) { CombinesBands = hasOneMask && !isOne });
    }

    /// <summary>Adds a picture of the same pixels.</summary>
    internal static void AddPicture(MmuTable table, string name, int? colours)
    {
        if (colours is { } count)
            table.RequireShape(table.AddRequiredAs(name), Size, Size, count);
        else
            table.RequireShape(table.AddRequiredAs(name), Size, Size);
    }
}
