namespace Pile.Publishing;

/// <summary>Cubes of MaNGA, a group for each object. Loader: <c>scripts/manga/manga.py</c>.</summary>
internal sealed class MangaLayout : MmuLayout
{
    internal override string Name => "manga";

    internal override string Modality => "cube";

    internal override string FileName => "0001-of-0001.hdf5";

    internal override MmuFolders Folders(MmuTable table) => MmuFolders.Of("manga");

    internal override void Describe(MmuTable table)
    {
        foreach (string name in (ReadOnlySpan<string>)["cube_flux", "cube_ivar", "cube_mask", "cube_lsf_sigma", "cube_lambda",
            "spaxel_size"])
            _ = table.Require(name);
        _ = table.Require("z", "nsa_z");
    }

    internal override MmuFiles Files(string dataset, MmuTable table)
    {
        _ = Columns(table); // throws if a column is missing
        MangaColumns columns = new()
        {
            Provenance = table.Manifest.Provenance,
            Flux = table.Find("cube_flux")!,
            Ivar = table.Find("cube_ivar")!,
            Mask = table.Find("cube_mask")!,
            Lsf = table.Find("cube_lsf_sigma")!,
            Lambda = table.Find("cube_lambda")!,
            Redshift = table.Find("z", "nsa_z")!,
            SpaxelSize = table.Find("spaxel_size")!,
            Image = table.Find("cube_image"),
            ImageBand = table.Find("cube_image_band"),
            Psf = table.Find("cube_psf"),
            Map = table.Find("cube_map"),
            MapIvar = table.Find("cube_map_ivar"),
            MapMask = table.Find("cube_map_mask"),
            MapLabel = table.Find("cube_map_label"),
            MapUnit = table.Find("cube_map_unit"),
        };
        return new MmuFiles([MmuTable.Ra, MmuTable.Dec, .. columns.Sources], new MangaFile(dataset, columns).WriteAsync);
    }
}
