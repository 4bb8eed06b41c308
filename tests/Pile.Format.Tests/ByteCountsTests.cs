namespace Pile.Format.Tests;

public class ByteCountsTests
{
    public static TheoryData<int> Lengths => [0, 1, 63, 64, 65, 127, 128, 1000, 65_535];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Runs_noise_and_what_is_left_at_the_end_are_counted(int length)
    {
        Random random = new(length);
        byte[] noise = new byte[length], runs = new byte[length], last = new byte[length];
        random.NextBytes(noise);
        for (int i = 0, value = 0, left = 0; i < length; i++, left--)
        {
            if (left == 0)
                (value, left) = (random.Next(256), random.Next(1, 300));
            runs[i] = (byte)value;
        }
        for (int i = 0; i < length; i++) // blocks that differ in one byte only
            last[i] = (byte)(i % 64 == i / 64 % 64 ? 7 : 255);
        foreach (byte[] bytes in (byte[][])[noise, runs, last, new byte[length]])
        {
            int[] counts = new int[ByteCounts.Values];
            counts[3] = 10; // is added to
            ByteCounts.Add(bytes, counts);
            counts[3] -= 10;
            Assert.Equal(bytes.CountBy(b => b).OrderBy(c => c.Key),
                Enumerable.Range(0, ByteCounts.Values).Where(v => counts[v] > 0).Select(v => KeyValuePair.Create((byte)v, counts[v])));
        }
    }
}
