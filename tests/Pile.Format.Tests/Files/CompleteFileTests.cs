using Pile.TestKit;

namespace Pile.Format.Tests.Files;

/// <summary>One of several processes that write the same file at once succeeds.</summary>
public sealed class CompleteFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Of_many_writers_one_succeeds_and_the_others_find_its_file()
    {
        for (int round = 0; round < 50; round++)
        {
            string output = folder[$"out{round}"];
            bool[] isWritten = new bool[4];
            using Barrier start = new(isWritten.Length);
            Thread[] writers = [.. Enumerable.Range(0, isWritten.Length).Select(i => new Thread(() =>
            {
                string temporary = folder[$"temporary{i}"];
                File.WriteAllText(temporary, $"{i}");
                start.SignalAndWait();
                try
                {
                    CompleteFile.Move(temporary, output, replace: false);
                    isWritten[i] = true;
                }
                catch (OutputExistsException e)
                {
                    Assert.Contains("Another process has created it", e.Message, StringComparison.Ordinal);
                }
            }))];
            foreach (Thread writer in writers)
                writer.Start();
            foreach (Thread writer in writers)
                writer.Join();
            Assert.Single(isWritten, true);
            Assert.Equal($"{Array.IndexOf(isWritten, true)}", File.ReadAllText(output));
        }
    }
}
