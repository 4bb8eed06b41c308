namespace Pile.Bench.Harness;

/// <summary>The bench's own command line, as the results quote it.</summary>
internal static class Commands
{
    internal static string Of(string benchmark) => $"dotnet run --project bench/Pile.Bench -c Release -- {benchmark}";
}
