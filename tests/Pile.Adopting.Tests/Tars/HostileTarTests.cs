using Pile.Format;
using Pile.TestKit;

namespace Pile.Adopting.Tests.Tars;

public class HostileTarTests
{
    [Theory]
    [InlineData(1000)]
    [InlineData(4000, Traits = ["Run", "Long"])]
    public void Mutated_archives_give_rows_within_the_file_or_a_pile_exception(int runs)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import io, os, subprocess, sys, tarfile
            os.chdir(sys.argv[1])
            for n, f in enumerate((tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)):
                with tarfile.open(f'{n}.tar', 'w', format=f) as tar:
                    for i, name in enumerate(['a', 'b.jpg', 'b.json', 'long/' * (20 if n == 0 else 60) + 'x', 'é', 'a']):
                        t = tarfile.TarInfo(name); t.size = i * 300; t.mtime = 1.5 if n == 2 else 2
                        tar.addfile(t, io.BytesIO(bytes(t.size)))
            with open('sparse', 'wb') as f:
                for i in range(30): f.seek(i << 16); f.write(b'x')
            for n, o in ((3, '--format=gnu'), (4, '--format=pax')):
                subprocess.run(['tar', o, '-S', '-cf', f'{n}.tar', 'sparse'], check=True)
            """, folder.Path);
        byte[][] archives = [.. Enumerable.Range(0, 5).Select(n => File.ReadAllBytes(folder[$"{n}.tar"]))];
        Random random = new(11);
        int valid = 0, invalid = 0;
        for (int run = 0; run < runs; run++)
        {
            byte[] mutated = Mutate([.. archives[run % archives.Length]], random);
            File.WriteAllBytes(folder["m.tar"], mutated);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                AdoptedRows rows = AdoptedRows.Of(Archives.Tar(folder["m.tar"], new() { GroupsByStem = run % 4 == 0 }), run % 8 == 0);
                foreach (Location? place in rows.Rows.SelectMany(r => r.Contents.Values))
                    Assert.True(place is null || (place.Bytes >= 0 && place.Offset >= 0 && place.Offset + place.Bytes <= mutated.Length));
                foreach (AdoptedRow row in rows.Rows)
                    Assert.DoesNotContain(row.Path.Split('/'), part => part is "" or "." or "..");
                valid++;
            }
            catch (PileException)
            {
                invalid++;
            }
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 32 << 20);
        }
        Assert.True(valid > runs / 8 && invalid > runs / 8, $"{valid} valid, {invalid} invalid");
    }

    // Changes bytes, mostly of headers, and corrects their checksums in most runs, so that the values behind them are read.
    private static byte[] Mutate(byte[] tar, Random random)
    {
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            int block = random.Next(tar.Length / 512) * 512;
            if (random.Next(2) == 0) // a header rather than content
                for (int tries = 0; tries < 20 && tar.AsSpan(block + 257, 5).IndexOf("ustar"u8) < 0; tries++)
                    block = random.Next(tar.Length / 512) * 512;
            int at = block + (random.Next(3) switch { 0 => random.Next(124, 160), 1 => random.Next(512), _ => random.Next(100) });
            switch (random.Next(5))
            {
                case 0:
                    tar[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    tar[at] = (byte)random.Next(256);
                    break;
                case 2:
                    tar[at] = (byte)"0123456789/. xgLKS"[random.Next(18)];
                    break;
                case 3:
                    tar.AsSpan(at, Math.Min(random.Next(1, 12), tar.Length - at)).Fill((byte)random.Next(256));
                    break;
                default:
                    tar = tar[..random.Next(tar.Length + 1)];
                    break;
            }
            if (random.Next(5) > 0 && block + 512 <= tar.Length && tar.AsSpan(block, 512).IndexOfAnyExcept((byte)0) >= 0)
                Seal(tar.AsSpan(block, 512));
            if (tar.Length < 512)
                break;
        }
        return tar;
    }

    private static void Seal(Span<byte> header)
    {
        header.Slice(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte b in header)
            sum += b;
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0").CopyTo(header[148..]);
    }
}
