using System.Runtime.InteropServices;
using Pile.Format;
using Pile.Reading;

namespace Pile.Publishing;

/// <summary>The σ of the line-spread function in pixels, from its σ in wavelengths.</summary>
/// <param name="sigma">The stored σ, in the unit of the wavelengths.</param>
/// <param name="lambda">The stored wavelengths.</param>
/// <param name="pixelDex">The size of a pixel in log10 of the wavelength; 0 if pixels have the same size in wavelength.</param>
internal sealed class LsfColumn(ColumnSchema sigma, ColumnSchema lambda, double pixelDex)
    : MmuColumn("spectrum_lsf_sigma", DType.Float32)
{
    internal override IEnumerable<string> Sources => [sigma.Name, lambda.Name];

    internal override ColumnSchema Meaning => sigma with { Unit = "pix", Description = "standard deviation of the line-spread function" };

    internal override int[] ShapeOf(RowReader rows, ReadOnlySpan<int> inFile) => LongestOf(rows.Column(sigma.Name), inFile);

    internal override MmuRowWriter Bind(MmuBatch batch, int[] shape, int elementBytes)
    {
        ColumnData<float> sigmas = (ColumnData<float>)batch[sigma.Name], lambdas = (ColumnData<float>)batch[lambda.Name];
        return (row, destination) =>
        {
            Span<float> pixels = MemoryMarshal.Cast<byte, float>(destination);
            ReadOnlySpan<float> widths = sigmas.Row(row), waves = lambdas.Row(row);
            if (sigmas.IsNullAt(row))
                pixels.Fill(float.NaN);
            if (widths.IsEmpty || sigmas.IsNullAt(row))
                return;
            if (waves.Length != widths.Length)
                throw batch.Invalid(row, sigma.Name, $"it has {widths.Length} values, but '{lambda.Name}' has {waves.Length}",
                    "Run 'pile validate' for all findings");
            int last = waves.Length - 1;
            while (last > 0 && !(waves[last] > 0)) // padded elements have the wavelength -1
                last--;
            double linear = (waves[last] - (double)waves[0]) / Math.Max(last, 1);
            for (int i = 0; i < widths.Length; i++)
                pixels[i] = waves[i] > 0 ? (float)(widths[i] / (pixelDex > 0 ? pixelDex * Math.Log(10) * waves[i] : linear)) : widths[i];
            pixels[widths.Length..].Fill(pixels[widths.Length - 1]);
        };
    }
}
