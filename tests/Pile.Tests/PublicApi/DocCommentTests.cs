using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Pile.Tests;

/// <summary>The doc comments of public members refer to types and members that their readers can use.</summary>
public partial class DocCommentTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Lazy<ILookup<string, MemberInfo>> Members = new(() => PublicApiTests.Packages()
        .SelectMany(row => Assembly.Load(row.Data).GetTypes())
        .SelectMany(type => type.GetMembers(Declared).Prepend(type))
        .ToLookup(NameOf, StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(PublicApiTests.Packages), MemberType = typeof(PublicApiTests))]
    public void Public_members_refer_to_public_ones(string package)
    {
        string path = Path.ChangeExtension(Assembly.Load(package).Location, ".xml");
        Assert.True(File.Exists(path), path);
        string[] wrong = [..
            from member in XDocument.Load(path).Descendants("member")
            where IsPublic((string)member.Attribute("name")!)
            from cref in member.Descendants().Attributes("cref")
            where cref.Value[2..].StartsWith("Pile.", StringComparison.Ordinal) && !IsPublic(cref.Value)
            select $"{(string)member.Attribute("name")!}: {cref.Value}"];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    /// <summary>Returns whether a member is public, by its identifier in doc comments. Overloads are not told apart.</summary>
    private static bool IsPublic(string id) => Members.Value[Arguments().Replace(id[2..], "")].Any(member => member switch
    {
        Type type => type.IsVisible,
        MethodBase method => IsPublic(method),
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsPublic),
        FieldInfo field => field.DeclaringType!.IsVisible && (field.IsPublic || field.IsFamily),
        EventInfo declared => IsPublic(declared.AddMethod!),
        _ => false,
    });

    private static bool IsPublic(MethodBase method) =>
        method.DeclaringType!.IsVisible && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly);

    private static string NameOf(MemberInfo member) => member is Type type ? type.FullName!.Replace('+', '.')
        : $"{member.DeclaringType!.FullName!.Replace('+', '.')}.{member.Name.Replace('.', '#')}";

    [GeneratedRegex(@"\(.*$|``\d+|~.*$")]
    private static partial Regex Arguments();
}
