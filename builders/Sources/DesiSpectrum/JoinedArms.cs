using System.Buffers;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.DesiSpectrum;

/// <summary>Joins the arms of targets on one grid: where two arms overlap, weighted by inverse variance.</summary>
/// <remarks>The weights are those of desispec (J. Guy et al. 2023, AJ 165, 144). Elsewhere the values of the arm are
/// unchanged.</remarks>
internal sealed class JoinedArms
{
    private const string FluxUnit = "10**-17 erg s-1 cm-2 Angstrom-1", IvarUnit = "10**34 erg-2 s2 cm4 Angstrom2";

    private const int MaxDiagonals = 32; // DESI has 11

    private static readonly string[] FluxUnits = ["10**-17 erg/(s cm2 Angstrom)", "10**-17 erg / (Angstrom s cm2)",
        "1e-17 erg/(s cm2 Angstrom)", "1E-17 erg/(cm^2 s Angstrom)"];

    private readonly CoaddFile file;
    private readonly JoinedGrid grid;
    private readonly float[] lambda;
    private readonly bool hasMasks;

    /// <exception cref="SchemaMismatchException">The wavelengths of the arms do not join, or some arms alone have a mask.</exception>
    internal JoinedArms(CoaddFile file)
    {
        (this.file, grid) = (file, new JoinedGrid(file));
        lambda = Array.ConvertAll(grid.Angstrom, w => (float)w);
        string[] without = [.. grid.Arms.Select(arm => $"{arm}_MASK").Where(name => !file.Has(name))];
        hasMasks = without.Length == 0;
        if (!hasMasks && without.Length < grid.Arms.Length)
            throw file.Unlike($"there is no HDU '{without[0]}', but other arms have a mask");
    }

    /// <summary>What the file lacks of an ordinary one; null if it lacks nothing.</summary>
    internal string? Note => grid.Arms.Length < JoinedGrid.AllArms.Length ? $"it has the {(grid.Arms.Length == 1 ? "arm" : "arms")} "
        + $"{string.Join(" and ", grid.Arms)} alone" + (hasMasks ? "" : ", without masks: 'mask_bits' is null")
        : hasMasks ? null : "it has no masks: 'mask_bits' is null";

    /// <summary>Reads the spectra of a block of targets.</summary>
    /// <param name="first">The first target.</param>
    /// <param name="rows">The number of targets.</param>
    /// <param name="memory">The memory of the columns.</param>
    /// <exception cref="SchemaMismatchException">An image is missing or has other axes or another unit.</exception>
    internal IEnumerable<ColumnData> Read(long first, int rows, SpectrumMemory memory)
    {
        ArmValues[] arms = [.. Enumerable.Range(0, grid.Arms.Length).Select(arm => ReadArm(arm, first, rows))];
        JoinedBlock block = new(grid, arms, rows, memory);
        Array.ForEach(arms, arm => arm.Dispose());
        Memory<float> lambdas = memory.Lambda.Of(rows * lambda.Length);
        for (int row = 0; row < rows; row++)
            lambda.CopyTo(lambdas[(row * lambda.Length)..]);
        return
        [
            Standard("spectrum_flux", block.Flux, FluxUnit),
            Standard("spectrum_ivar", block.Ivar, IvarUnit),
            Standard("spectrum_lambda", lambdas),
            Standard("spectrum_mask", block.IsBad()),
            Standard("spectrum_lsf_sigma", block.LsfSigmaAngstrom),
            new ColumnData<uint>(new ColumnSchema
            {
                Name = "mask_bits",
                DType = DType.UInt32,
                Shape = [lambda.Length],
                Storage = ColumnStorage.Heavy,
                Unit = "",
                Description = "mask bits of the arm; where two arms overlap, those that both have",
                MaskPolarity = MaskPolarity.ZeroIsGood,
                Nullable = !hasMasks,
            }, block.Mask, hasMasks ? default : Enumerable.Repeat(true, rows).ToArray()),
        ];
    }

    private ArmValues ReadArm(int arm, long first, int rows)
    {
        string letter = grid.Arms[arm];
        int pixels = grid.Lengths[arm];
        FitsImage flux = file.Image($"{letter}_FLUX", pixels, file.RowCount), ivar = file.Image($"{letter}_IVAR", pixels, file.RowCount);
        if (flux.Unit is { } unit && !FluxUnits.Contains(unit))
            throw file.Unlike($"HDU '{letter}_FLUX' should have the BUNIT '{FluxUnits[0]}', found '{unit}'");
        FitsImage resolution = file.AnyImage($"{letter}_RESOLUTION");
        if (resolution.Axes is not [var width, var diagonals and > 0 and <= MaxDiagonals, var targets] || width != pixels
            || targets != file.RowCount)
            throw file.Unlike($"HDU '{letter}_RESOLUTION' should have the axes [{pixels}, diagonals, {file.RowCount}], "
                + $"found [{string.Join(", ", resolution.Axes)}] (NAXIS1 first)");
        int elements = checked(rows * pixels);
        ArmValues values = new(resolution, first, elements);
        flux.Read<float>(0, first, pixels, rows, values.Flux);
        ivar.Read<float>(0, first, pixels, rows, values.Ivar);
        ReadMask(hasMasks ? file.Image($"{letter}_MASK", pixels, file.RowCount) : null, first, rows, values.Mask.AsSpan(0, elements));
        return values;
    }

    private static void ReadMask(FitsImage? mask, long first, int rows, Span<uint> values)
    {
        values.Clear();
        if (mask is null)
            return;
        long[] bits = ArrayPool<long>.Shared.Rent(values.Length);
        mask.Read<long>(0, first, values.Length / rows, rows, bits);
        for (int i = 0; i < values.Length; i++)
            values[i] = unchecked((uint)bits[i]);
        ArrayPool<long>.Shared.Return(bits);
    }

    private ColumnData<T> Standard<T>(string name, Memory<T> values, string? unit = null) where T : unmanaged =>
        new(Modality.Get("spectrum").Find(name)!.With(DTypes.Of<T>(), [lambda.Length], unit), values);
}
