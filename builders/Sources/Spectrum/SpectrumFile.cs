using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>An open file with flux, wavelengths, noise and mask, which may be in further files.</summary>
internal sealed class SpectrumFile : IDisposable
{
    private readonly List<FitsFile> files = [];
    private readonly SpectrumRecipe recipe;
    private readonly int number;

    private SpectrumFile(SpectrumRecipe recipe, int number) => (this.recipe, this.number) = (recipe, number);

    internal SpectrumValues Flux { get; private set; } = null!;

    internal SpectrumValues? Noise { get; private set; }

    internal SpectrumValues? Mask { get; private set; }

    internal WavelengthAxis Wavelengths { get; private set; } = null!;

    /// <summary>The conversion of the flux.</summary>
    internal FluxScale Scale { get; private set; } = null!;

    /// <summary>The medium of the wavelengths: declared by the file, or by the recipe.</summary>
    internal SpectralMedium Medium { get; private set; }

    /// <summary>The table with a row per spectrum; null without one.</summary>
    internal (FitsTable Table, string Name)? Objects { get; private set; }

    internal string Path => files[0].Path;

    /// <summary>The header of the flux.</summary>
    internal FitsHeader Header => Flux.Hdu.Header;

    /// <summary>The primary header.</summary>
    internal FitsHeader Primary => files[0].Hdu(0).Header;

    /// <summary>Opens a file of the recipe and finds its spectra.</summary>
    /// <exception cref="PileException">A file is unreadable, or does not have what the recipe names.</exception>
    internal static SpectrumFile Open(SpectrumRecipe recipe, int number)
    {
        SpectrumFile file = new(recipe, number);
        try
        {
            file.Open();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => files.ForEach(f => f.Dispose());

    private void Open()
    {
        FitsFile first = Require(recipe.Files[number]);
        FitsHdu hdu = recipe.Flux.Hdu is { } name ? ImageFiles.FindHdu(first, name) : FirstHdu(first);
        Flux = SpectrumValues.Open(first, hdu, recipe.Flux);
        Noise = Find(recipe.Noise, "noise");
        Mask = Find(recipe.Mask, "mask");
        Wavelengths = WavelengthAxis.Of(Flux, recipe.Wavelength is { } w ? Find(w, "wavelength") : null, recipe);
        Scale = FluxScale.Of(Flux, recipe.FileUnit ?? Flux.Unit ?? Primary.GetText("BUNIT")?.Trim(), recipe.Unit);
        Medium = MediumOf();
        Objects = ObjectsOf(first);
    }

    private FitsHdu FirstHdu(FitsFile file) => recipe.Flux.Column is { } column
        ? file.Hdus.FirstOrDefault(h => h.Kind is FitsHduKind.Table or FitsHduKind.AsciiTable && h.Table().TryColumn(column, out _))
            ?? throw new SchemaMismatchException(file.Path, column, $"no table has this column. {file.Contents().TrimEnd('.')}",
                "Correct 'flux' in the recipe's source, or leave out this file")
        : file.Hdus.FirstOrDefault(h => h.Kind is FitsHduKind.Image && h.Axes.Count > 0)
            ?? throw new SchemaMismatchException(file.Path, null, $"no HDU has an image. {file.Contents().TrimEnd('.')}",
                "Set 'flux' in the recipe's source to the column of the flux, or leave out this file");

    private SpectrumValues? Find(ValuesRecipe? values, string role)
    {
        if (values is null)
            return null;
        FitsFile file = values.Files is { } others ? Require(others[number]) : files[0];
        FitsHdu hdu = values.Hdu is { } name ? ImageFiles.FindHdu(file, name)
            : file == files[0] ? Flux.Hdu
            : Flux.Hdu.Index < file.Hdus.Count ? file.Hdu(Flux.Hdu.Index) : file.Hdu(0);
        SpectrumValues found = SpectrumValues.Open(file, hdu, values);
        return found.Count == 1 || found.Count == Flux.Count ? found
            : throw found.Unlike($"HDU {hdu.Label} has the {role} of {found.Count} spectra, but there is flux of {Flux.Count}");
    }

    private FitsFile Require(string path)
    {
        if (files.Find(f => f.Path == path) is { } open)
            return open;
        files.Add(FitsFile.OpenRead(path));
        return files[^1];
    }

    private (FitsTable, string)? ObjectsOf(FitsFile file)
    {
        if (recipe.Objects is not { } name)
            return Flux.Table is { } table && !Flux.IsPerSample ? (table, Flux.Hdu.Name) : null;
        FitsHdu hdu = ImageFiles.FindHdu(file, name);
        FitsTable objects = hdu.Table();
        return objects.RowCount == Flux.CountInFile ? (objects, hdu.Name)
            : throw Flux.Unlike($"HDU {hdu.Label} has {objects.RowCount} rows, but there are {Flux.CountInFile} spectra. "
                + "Correct 'objects'");
    }

    private SpectralMedium MediumOf()
    {
        SpectralMedium ofFile = Wavelengths.Medium is not SpectralMedium.Undeclared ? Wavelengths.Medium
            : Declared(Header) is var ofHdu and not SpectralMedium.Undeclared ? ofHdu : Declared(Primary);
        if (ofFile is SpectralMedium.Undeclared && recipe.Medium is SpectralMedium.Undeclared)
            throw new SchemaMismatchException(Path, null, "the file says neither that its wavelengths are in air nor in vacuum",
                "Set 'wavelength: { medium: air }' or 'vacuum' in the recipe's source");
        return ofFile is SpectralMedium.Undeclared || recipe.Medium is SpectralMedium.Undeclared || ofFile == recipe.Medium
            ? ofFile is SpectralMedium.Undeclared ? recipe.Medium : ofFile
            : throw new SchemaMismatchException(Path, null,
                $"the file says that its wavelengths are in {SpectralMediums.Word(ofFile)}, "
                    + $"the recipe {SpectralMediums.Word(recipe.Medium)}",
                "Remove 'wavelength.medium' from the recipe's source, or leave out this file");
    }

    // VACUUM of SDSS, AIRORVAC of the IDL library and of DESI.
    private static SpectralMedium Declared(FitsHeader header) => header.Contains("VACUUM")
        ? header.GetBool("VACUUM") == true ? SpectralMedium.Vacuum : SpectralMedium.Air
        : header.GetText("AIRORVAC")?.Trim().ToLowerInvariant() switch
        {
            "vac" or "vacuum" => SpectralMedium.Vacuum,
            "air" => SpectralMedium.Air,
            _ => SpectralMedium.Undeclared,
        };
}
