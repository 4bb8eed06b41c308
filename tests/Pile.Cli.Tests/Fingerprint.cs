using System.Security.Cryptography;

namespace Pile.Cli.Tests;

/// <summary>Describes a folder as text: each file with its SHA-256.</summary>
internal static class Fingerprint
{
    internal static string Of(string folder) => string.Join('\n', Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(path => $"{Path.GetRelativePath(folder, path)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}")
        .Order(StringComparer.Ordinal));
}
