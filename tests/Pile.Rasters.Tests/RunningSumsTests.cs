using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;

namespace Pile.Rasters.Tests;

/// <summary>The running sums of the predictors, compared with the definition.</summary>
public sealed class RunningSumsTests
{
    [Fact]
    public void Sums_of_any_length_and_number_of_bands_agree_with_the_definition()
    {
        var cases = from seed in Gen.Choose(0, int.MaxValue)
                    from bands in Gen.Choose(1, 9)
                    from pixels in Gen.Choose(0, 70)
                    from inPlace in Gen.Elements(true, false)
                    select (seed, bands, pixels, inPlace);
        Prop.ForAll(cases.ToArbitrary(), c => Agrees<byte>(c.seed, c.bands, c.pixels, c.inPlace, (a, b) => (byte)(a + b))
            && Agrees<ushort>(c.seed, c.bands, c.pixels, c.inPlace, (a, b) => (ushort)(a + b))
            && Agrees<uint>(c.seed, c.bands, c.pixels, c.inPlace, (a, b) => unchecked(a + b))
            && Agrees<ulong>(c.seed, c.bands, c.pixels, c.inPlace, (a, b) => unchecked(a + b))).QuickCheckThrowOnFailure();
    }

    private static bool Agrees<T>(int seed, int bands, int pixels, bool inPlace, Func<T, T, T> add)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        T[] source = new T[bands * pixels];
        new Random(seed).NextBytes(MemoryMarshal.AsBytes(source.AsSpan()));
        T[] expected = [.. source];
        for (int i = bands; i < expected.Length; i++)
            expected[i] = add(expected[i], expected[i - bands]);
        T[] actual = inPlace ? source : new T[source.Length];
        RunningSums.Undo<T>(source, bands, actual);
        return actual.AsSpan().SequenceEqual(expected);
    }
}
