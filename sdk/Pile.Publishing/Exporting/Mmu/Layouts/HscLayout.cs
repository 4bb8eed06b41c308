namespace Pile.Publishing;

/// <summary>Images of the Hyper Suprime-Cam Subaru Strategic Program. Loader: <c>scripts/hsc/hsc.py</c>.</summary>
internal sealed class HscLayout : MmuLayout
{
    internal override string Name => "hsc";

    internal override string Modality => "image";

    internal override MmuFolders Folders(MmuTable table) => MmuFolders.Of("pdr3_dud_22.5");

    internal override void Describe(MmuTable table)
    {
        ImageLayoutColumns.Add(table, bands: 5, hasOneMask: false);
        foreach (char band in "grizy")
        {
            table.AddRequired($"a_{band}", $"{band}_extendedness_value", $"{band}_cmodel_mag", $"{band}_cmodel_magerr");
            foreach (string axes in (ReadOnlySpan<string>)["11", "22", "12"])
                table.AddRequired($"{band}_sdssshape_psf_shape{axes}", $"{band}_sdssshape_shape{axes}");
        }
    }
}
