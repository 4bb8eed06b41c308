using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Cube;

/// <summary>An open file with a cube, its noise and its mask, which may be in further files.</summary>
internal sealed class CubeFile : IDisposable
{
    private readonly List<FitsFile> files = [];
    private readonly int number;

    private CubeFile(WcsCubeRecipe recipe, int number) => (Recipe, this.number) = (recipe, number);

    /// <summary>The recipe, completed with the layout of the file.</summary>
    internal WcsCubeRecipe Recipe { get; private set; }

    internal string Path => files[0].Path;

    /// <summary>The HDU of the values.</summary>
    internal FitsHdu Hdu { get; private set; } = null!;

    /// <summary>The keywords of the cube.</summary>
    internal HeaderValues Keywords { get; private set; } = null!;

    internal CubeAxes Axes { get; private set; } = null!;

    internal SpectralCoordinates Spectrum { get; private set; } = null!;

    /// <summary>The celestial WCS; null without one.</summary>
    internal Wcs? Sky { get; private set; }

    internal (FitsHdu Hdu, NoiseKind Kind)? Noise { get; private set; }

    internal FitsHdu? Mask { get; private set; }

    /// <summary>Whether the header describes the spectral axis completely, without a table.</summary>
    internal bool HasSpectralCards => Keywords.TextOrNull($"CTYPE{Axes.Channel + 1}") is { Length: > 0 } type
        && !type.EndsWith("-TAB", StringComparison.OrdinalIgnoreCase);

    /// <summary>The unit to store the values in; null if unknown.</summary>
    internal string? Unit { get; private set; }

    /// <summary>The factor that converts the values to <see cref="Unit"/>.</summary>
    internal double Factor { get; private set; } = 1;

    /// <summary>The factor that converts stored noise to the unit of the values in the file.</summary>
    internal double NoiseFactor { get; private set; } = 1;

    /// <summary>What was found where, for messages.</summary>
    internal string Layout => $"HDU {Hdu.Label} is the cube; {(Noise is var (noise, kind) ? $"HDU {noise.Label} is its {Word(kind)}"
        : "no noise")}; {(Mask is null ? "no mask" : $"HDU {Mask.Label} is its mask")}; {Wavelengths}{(Unit is null ? "; no unit" : "")}";

    private string Wavelengths => Spectrum.WavelengthAngstrom is null ? $"{Spectrum.Origin} does not define wavelengths"
        : $"wavelengths in {SpectralMediums.Word(Spectrum.Medium)}"
            + $"{(Spectrum.IsMediumOfRecipe ? " (by the recipe)" : "")} from {Spectrum.Origin}";

    /// <summary>Opens a file of the recipe and finds its cube.</summary>
    /// <exception cref="PileException">A file is unreadable, or does not have what the recipe names.</exception>
    internal static CubeFile Open(WcsCubeRecipe recipe, int number)
    {
        CubeFile file = new(recipe, number);
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

    /// <summary>Finds an HDU of the cube's own file.</summary>
    /// <exception cref="FitsException">There is no such HDU.</exception>
    internal FitsHdu Find(string hdu) => ImageFiles.FindHdu(files[0], hdu);

    /// <summary>The file of the cube.</summary>
    internal FitsFile File => files[0];

    /// <summary>Opens a file that belongs to the cube, or returns it if it is open already.</summary>
    internal FitsFile Open(string path)
    {
        if (files.Find(f => f.Path == path) is { } open)
            return open;
        files.Add(LargeGzip.Open(path));
        return files[^1];
    }

    /// <summary>The file of the cube's maps; null without maps.</summary>
    internal FitsFile? OpenMaps() => Recipe.Maps is not { } maps ? null
        : maps.Files is null ? files[0] : maps.Files[number] is { } path ? Open(path) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        Sky?.Dispose();
        files.ForEach(f => f.Dispose());
    }

    private void Open()
    {
        FitsFile file = Open(Recipe.Files[number]);
        if (Recipe.IsManga || MangaLayout.IsFound(file))
            Recipe = MangaLayout.Complete(Recipe, file);
        Hdu = Recipe.Hdu is { } name ? ImageFiles.FindHdu(file, name) : FirstCube(file);
        Keywords = new(file.Path, Hdu.Header, file.Hdu(0).Header);
        if (Hdu.Kind is not FitsHduKind.Image || Hdu.Axes.Count < 3)
            throw new FitsException(file.Path, Hdu.Label,
                $"expected an image with three axes, found {Hdu.Kind} [{string.Join(", ", Hdu.Axes)}]. "
                    + "Correct 'hdu' in the recipe's source, or leave out this file.");
        long[] lengths = [.. Hdu.Axes];
        Sky = Wcs.TryOpen(Hdu.Header, out Wcs? sky) ? sky : null;
        if (Recipe.IsManga && Sky is null)
            throw new FitsException(file.Path, Hdu.Label,
                "it has no celestial WCS, which the layout 'manga' requires. Get the file again, or leave it out.");
        (int x, int y) = (Sky?.XAxis ?? 0, Sky?.YAxis ?? 1);
        Axes = new(lengths, x, y, SpectralAxis.AxisOf(Hdu.Header, lengths, x, y));
        Spectrum = SpectralCoordinates.Read(Recipe, file, Hdu.Header, lengths, Axes.Channel);
        Noise = FindNoise(file);
        Mask = FindMask(file);
        (Unit, Factor) = UnitOf();
        if (Noise is var (noise, kind))
            NoiseFactor = NoiseUnits.Factor(new(noise.Header.Path, $"HDU {noise.Label}", kind, Recipe.NoiseUnit ?? noise.Image().Unit),
                Keywords.TextOrNull("BUNIT"), Recipe.FileUnit);
    }

    private static FitsHdu FirstCube(FitsFile file) =>
        file.Hdus.FirstOrDefault(h => h.Kind is FitsHduKind.Image && h.Axes.Count(length => length > 1) >= 3)
            ?? file.Hdus.FirstOrDefault(h => h.Kind is FitsHduKind.Image && h.Axes.Count >= 3)
            ?? throw new FitsException(file.Path, null, $"expected an image with three axes, found none. {file.Contents()} "
                + "Set 'hdu' in the recipe's source, or leave out this file.");

    private (FitsHdu, NoiseKind)? FindNoise(FitsFile file)
    {
        (FitsHdu Hdu, NoiseKind Kind)? noise = !Recipe.HasNoise ? null
            : Recipe.Noise is { } companion ? (Companion(companion, "noise"), Recipe.NoiseKind)
            : CompanionNames.Noise(file, Hdu, isSingle: true);
        if (noise is var (hdu, _))
            RequireAxes(hdu, "noise", "ivar");
        return noise;
    }

    private FitsHdu? FindMask(FitsFile file)
    {
        FitsHdu? mask = !Recipe.HasMask ? null
            : Recipe.Mask is { } companion ? Companion(companion, "mask") : CompanionNames.Mask(file, Hdu, isSingle: true);
        if (mask is null)
            return null;
        RequireAxes(mask, "mask", "mask");
        return mask.Image().Type is not (FitsType.Float32 or FitsType.Float64 or FitsType.UInt64) ? mask
            : throw new FitsException(Path, mask.Label,
                $"a mask must have integers of at most 63 bits, found {mask.Image().Type}. Choose another HDU for 'mask' in the recipe's "
                    + "source, or set 'mask: none'.");
    }

    private FitsHdu Companion(CompanionRecipe recipe, string role)
    {
        FitsFile file = Open(recipe.Files[number]);
        return recipe.Hdu is { } name ? ImageFiles.FindCompanion(file, name, role, Hdu)
            : Hdu.Index < file.Hdus.Count && file.Hdu(Hdu.Index).Kind is FitsHduKind.Image ? file.Hdu(Hdu.Index) : FirstCube(file);
    }

    private void RequireAxes(FitsHdu hdu, string role, string key)
    {
        if (hdu.Kind is not FitsHduKind.Image || !hdu.Axes.SequenceEqual(Axes.Lengths))
            throw new FitsException(hdu.Header.Path, hdu.Label,
                $"the {role} must have the axes of the cube in HDU {Hdu.Label}, [{string.Join(", ", Axes.Lengths)}]; found {hdu.Kind} "
                    + $"[{string.Join(", ", hdu.Axes)}]. Choose another HDU for '{key}' in the recipe's source, or set '{key}: none'.");
        CompanionCoordinates.RequireSame(this, hdu, role);
    }

    private (string? Unit, double Factor) UnitOf()
    {
        string? from = Recipe.FileUnit ?? (Keywords.TextOrNull("BUNIT") is { Length: > 0 } declared ? declared : null);
        if (Recipe.Unit is not { } to)
            return (from, 1);
        if (from is null)
            throw new SchemaMismatchException(Path, null, $"HDU {Hdu.Label} has no BUNIT, so that its values cannot be converted to '{to}'",
                "Set 'file_unit' in the recipe's source");
        return UnitFactors.TryConvert(from, to, 1, out double factor) ? (to, factor)
            : throw new SchemaMismatchException(Path, null, $"HDU {Hdu.Label}: '{from}' cannot be converted to '{to}'"
                + UnitReading.Suggestion(from, "file_unit", unit => UnitFactors.TryConvert(unit, to, 1, out _)),
                "Correct 'unit' or 'file_unit' in the recipe's source");
    }

    private static string Word(NoiseKind kind) => kind switch
    {
        NoiseKind.Ivar => "inverse variance",
        NoiseKind.Variance => "variance",
        _ => "standard deviation",
    };
}
